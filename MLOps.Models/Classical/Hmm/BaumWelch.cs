using System.Globalization;
using MLOps.Models.Catalog;

namespace MLOps.Models.Classical.Hmm;

/// <summary>Expectation-maximisation of a Gaussian HMM.</summary>
internal static class BaumWelch
{
    private const int MaximumIterations = 2000;

    /// <summary>EM climbs slowly near its end: this much per iteration is below what the reference values show.</summary>
    private const double Tolerance = 1e-9;

    /// <summary>No state may shrink onto a single value, such as a run of holidays with return 0. Share of the series' variance.</summary>
    private const double VarianceFloor = 1e-4;

    public static GaussianHmm Fit(double[] y, int states, int starts, int seed, CancellationToken cancellationToken)
    {
        Check(y, states);
        var mean = y.Average();
        var variance = y.Average(value => (value - mean) * (value - mean));
        var random = new Random(seed);
        GaussianHmm? best = null;
        for (var start = 0; start < starts; start++)
        {
            var fitted = Climb(y, Initial(y, states, variance, start == 0 ? null : random), variance * VarianceFloor, cancellationToken);
            if (best is null || fitted.LogLikelihood > best.LogLikelihood)
            {
                best = fitted;
            }
        }

        return Ordered(best!);
    }

    private static void Check(double[] y, int states)
    {
        if (y.Length < 10 * states)
        {
            throw new ModelTrainingException($"{y.Length} observations are too few for {states} states: at least {10 * states} are needed.");
        }

        if (Array.FindIndex(y, value => !double.IsFinite(value)) is var bad and >= 0)
        {
            throw new ModelTrainingException($"Observation {bad} is {y[bad].ToString(CultureInfo.InvariantCulture)}; every observation must be a finite number.");
        }

        if (y.Max() <= y.Min())
        {
            throw new ModelTrainingException($"All {y.Length} observations are {y[0].ToString(CultureInfo.InvariantCulture)}; a series that never changes has no regimes.");
        }
    }

    /// <summary>Sticky transitions, means near the series' mean, variances spread from a quarter to four times the series'; jittered when random.</summary>
    private static GaussianHmm Initial(double[] y, int states, double variance, Random? random)
    {
        double Jitter(double spread) => random is null ? 0 : spread * ((2 * random.NextDouble()) - 1);
        var mean = y.Average();
        var means = new double[states];
        var variances = new double[states];
        var transition = new double[states][];
        for (var k = 0; k < states; k++)
        {
            var level = states == 1 ? 0 : ((2.0 * k) / (states - 1)) - 1;
            means[k] = mean + Jitter(Math.Sqrt(variance) / 2);
            variances[k] = variance * Math.Exp((level * Math.Log(4)) + Jitter(1));
            var stay = states == 1 ? 1 : 0.95 + Jitter(0.04);
            transition[k] = [.. Enumerable.Range(0, states).Select(j => j == k ? stay : (1 - stay) / (states - 1))];
        }

        return new GaussianHmm([.. Enumerable.Repeat(1.0 / states, states)], transition, means, variances, double.NegativeInfinity);
    }

    private static GaussianHmm Climb(double[] y, GaussianHmm hmm, double floor, CancellationToken cancellationToken)
    {
        for (var iteration = 0; iteration < MaximumIterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var next = Step(y, hmm, floor);
            if (iteration > 0 && next.LogLikelihood - hmm.LogLikelihood < Tolerance * Math.Abs(next.LogLikelihood))
            {
                return next;
            }

            hmm = next;
        }

        return hmm;
    }

    /// <summary>One iteration. The result carries the likelihood of the parameters it started from; EM never lowers it.</summary>
    private static GaussianHmm Step(double[] y, GaussianHmm hmm, double floor)
    {
        var states = hmm.States;
        var (alpha, scale, density) = hmm.Forward(y);
        var beta = hmm.Backward(density, scale);
        var occupancy = new double[states];
        var sums = new double[states];
        var start = new double[states];
        var moves = new double[states][];
        for (var k = 0; k < states; k++)
        {
            moves[k] = new double[states];
            start[k] = alpha[0][k] * beta[0][k];
        }

        for (var t = 0; t < y.Length; t++)
        {
            for (var k = 0; k < states; k++)
            {
                var gamma = alpha[t][k] * beta[t][k];
                occupancy[k] += gamma;
                sums[k] += gamma * y[t];
                if (t + 1 == y.Length)
                {
                    continue;
                }

                for (var j = 0; j < states; j++)
                {
                    moves[k][j] += alpha[t][k] * hmm.Transition[k][j] * density[t + 1][j] * beta[t + 1][j] / scale[t + 1];
                }
            }
        }

        var means = new double[states];
        var variances = new double[states];
        for (var k = 0; k < states; k++)
        {
            means[k] = occupancy[k] > 0 ? sums[k] / occupancy[k] : hmm.Means[k];
        }

        for (var t = 0; t < y.Length; t++)
        {
            for (var k = 0; k < states; k++)
            {
                variances[k] += alpha[t][k] * beta[t][k] * (y[t] - means[k]) * (y[t] - means[k]);
            }
        }

        for (var k = 0; k < states; k++)
        {
            variances[k] = Math.Max(floor, occupancy[k] > 0 ? variances[k] / occupancy[k] : hmm.Variances[k]);
            var left = moves[k].Sum();
            for (var j = 0; j < states; j++)
            {
                moves[k][j] = left > 0 ? moves[k][j] / left : hmm.Transition[k][j];
            }
        }

        var total = start.Sum();
        return new GaussianHmm([.. start.Select(p => p / total)], moves, means, variances, scale.Sum(Math.Log));
    }

    /// <summary>States by variance, so that state 0 is calm in every fit; with the likelihood of exactly these parameters.</summary>
    private static GaussianHmm Ordered(GaussianHmm hmm)
    {
        var order = Enumerable.Range(0, hmm.States).OrderBy(k => hmm.Variances[k]).ToArray();
        return new GaussianHmm(
            [.. order.Select(k => hmm.Start[k])],
            [.. order.Select(k => order.Select(j => hmm.Transition[k][j]).ToArray())],
            [.. order.Select(k => hmm.Means[k])],
            [.. order.Select(k => hmm.Variances[k])],
            hmm.LogLikelihood);
    }
}
