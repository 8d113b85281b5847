namespace MLOps.Bench.Fits;

/// <summary>Baum-Welch as a textbook writes it against underflow: everything in logarithms, one log-sum-exp for each state of each day, arrays of arrays. It stops as the library does: each start at a gain of a millionth, the best one at 1e-11.</summary>
internal sealed class NaiveHmm(double[] y, int states)
{
    private const double Exploring = 1e-6;
    private const double Final = 1e-11;
    private const int MaximumIterations = 2000;

    private double[] _logStart = [];
    private double[][] _logTransition = [];
    private double[] _means = [];
    private double[] _variances = [];

    /// <returns>The log-likelihood that was reached.</returns>
    public double Fit(int starts, int seed)
    {
        var random = new Random(seed);
        var (best, model) = (double.NegativeInfinity, Model());
        for (var start = 0; start < starts; start++)
        {
            Begin(random);
            var reached = Climb(Exploring);
            if (reached > best)
            {
                (best, model) = (reached, Model());
            }
        }

        (_logStart, _logTransition, _means, _variances) = model;
        return Climb(Final);
    }

    private (double[] Start, double[][] Transition, double[] Means, double[] Variances) Model() => (_logStart, _logTransition, _means, _variances);

    /// <summary>Days split by their distance from the mean at random quantiles.</summary>
    private void Begin(Random random)
    {
        var mean = y.Average();
        var ordered = y.OrderBy(value => Math.Abs(value - mean)).ToArray();
        int[] cuts = [0, .. Enumerable.Range(1, states - 1).Select(_ => random.Next(2, ordered.Length - 2)).Order(), ordered.Length];
        var groups = Enumerable.Range(0, states).Select(k => ordered[Math.Min(cuts[k], ordered.Length - 2)..Math.Max(cuts[k + 1], Math.Min(cuts[k], ordered.Length - 2) + 2)]).ToArray();
        _means = [.. groups.Select(group => group.Average())];
        _variances = [.. groups.Select((group, k) => Math.Max(1e-4, group.Average(value => Math.Pow(value - _means[k], 2))))];
        _logStart = [.. Enumerable.Repeat(-Math.Log(states), states)];
        _logTransition = [.. Enumerable.Range(0, states).Select(j => Enumerable.Range(0, states).Select(k => Math.Log(j == k ? 0.9 : 0.1 / (states - 1))).ToArray())];
    }

    private double Climb(double tolerance)
    {
        var before = double.NegativeInfinity;
        for (var iteration = 0; iteration < MaximumIterations; iteration++)
        {
            var logLikelihood = Step();
            if (logLikelihood - before < tolerance * Math.Abs(logLikelihood))
            {
                return logLikelihood;
            }

            before = logLikelihood;
        }

        return before;
    }

    private double Step()
    {
        var days = y.Length;
        var emission = y.Select(value => Enumerable.Range(0, states).Select(k => LogNormal(value, k)).ToArray()).ToArray();
        var forward = new double[days][];
        var backward = new double[days][];
        forward[0] = [.. Enumerable.Range(0, states).Select(k => _logStart[k] + emission[0][k])];
        for (var t = 1; t < days; t++)
        {
            forward[t] = [.. Enumerable.Range(0, states).Select(k => emission[t][k] + LogSum([.. Enumerable.Range(0, states).Select(j => forward[t - 1][j] + _logTransition[j][k])]))];
        }

        backward[^1] = new double[states];
        for (var t = days - 2; t >= 0; t--)
        {
            backward[t] = [.. Enumerable.Range(0, states).Select(j => LogSum([.. Enumerable.Range(0, states).Select(k => _logTransition[j][k] + emission[t + 1][k] + backward[t + 1][k])]))];
        }

        var total = LogSum(forward[^1]);
        Maximise(emission, forward, backward, total);
        return total;
    }

    private void Maximise(double[][] emission, double[][] forward, double[][] backward, double total)
    {
        var days = y.Length;
        var smoothed = forward.Zip(backward, (f, b) => f.Zip(b, (x, z) => Math.Exp(x + z - total)).ToArray()).ToArray();
        var moves = Enumerable.Range(0, states).Select(_ => new double[states]).ToArray();
        for (var t = 1; t < days; t++)
        {
            for (var j = 0; j < states; j++)
            {
                for (var k = 0; k < states; k++)
                {
                    moves[j][k] += Math.Exp(forward[t - 1][j] + _logTransition[j][k] + emission[t][k] + backward[t][k] - total);
                }
            }
        }

        _logStart = [.. smoothed[0].Select(p => Math.Log(p))];
        _logTransition = [.. moves.Select(row => row.Select(move => Math.Log(move / row.Sum())).ToArray())];
        var weights = Enumerable.Range(0, states).Select(k => smoothed.Sum(row => row[k])).ToArray();
        _means = [.. Enumerable.Range(0, states).Select(k => smoothed.Select((row, t) => row[k] * y[t]).Sum() / weights[k])];
        _variances = [.. Enumerable.Range(0, states).Select(k => Math.Max(1e-4, smoothed.Select((row, t) => row[k] * Math.Pow(y[t] - _means[k], 2)).Sum() / weights[k]))];
    }

    private double LogNormal(double value, int state) =>
        -0.5 * (Math.Log(2 * Math.PI * _variances[state]) + (Math.Pow(value - _means[state], 2) / _variances[state]));

    private static double LogSum(double[] values)
    {
        var largest = values.Max();
        return double.IsNegativeInfinity(largest) ? largest : largest + Math.Log(values.Sum(value => Math.Exp(value - largest)));
    }
}
