using System.Globalization;
using MLOps.Models.Catalog;

namespace MLOps.Models.Classical.Hmm;

/// <summary>Expectation-maximisation of a Gaussian HMM from several starting points.</summary>
internal static class BaumWelch
{
    private const int MaximumIterations = 2000;

    /// <summary>Gain of log-likelihood in one iteration, as a share of it, at which a starting point has shown what it leads to.</summary>
    private const double ExploringTolerance = 1e-6;

    /// <summary>The same for the best point: EM climbs slowly near its end, and this leaves less than 1e-4 to be had on twenty years of daily returns.</summary>
    private const double FinalTolerance = 1e-11;

    /// <summary>Share of the series' variance below which no state may shrink: a state alone with equal values, such as the returns of holidays, would have an infinite likelihood.</summary>
    private const double VarianceFloor = 1e-4;

    public static GaussianHmm Fit(double[] y, int states, int starts, int seed, BaumWelchProgress progress, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(states, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(starts, 1);
        Check(y, states);
        var mean = y.Average();
        var variance = y.Average(value => (value - mean) * (value - mean));
        var floor = variance * VarianceFloor;
        var random = new Random(seed);
        var explored = Enumerable.Range(0, starts)
            .Select(start =>
            {
                var top = Climb(y, Initial(y, mean, floor, states, start == 0 ? null : random), floor, ExploringTolerance, cancellationToken);
                progress(start + 1, top.LogLikelihood);
                return top;
            })
            .ToList();

        // A state at the floor sits on a handful of equal values; its likelihood says nothing about regimes, so such a fit is taken only where there is no other.
        var best = explored.OrderBy(hmm => hmm.Variances.Min() <= floor).ThenByDescending(hmm => hmm.LogLikelihood).First();
        var fitted = Ordered(y, Climb(y, best, floor, FinalTolerance, cancellationToken));
        progress(starts + 1, fitted.LogLikelihood);
        return fitted;
    }

    private static void Check(double[] y, int states)
    {
        if (y.Length < 10 * states)
        {
            throw new ModelTrainingException($"{y.Length} observations are too few for {states} states: at least {10 * states} are needed.");
        }

        if (Array.FindIndex(y, value => !double.IsFinite(value)) is var bad and >= 0)
        {
            throw new ModelTrainingException($"Observation {bad} (counted from 0) is {y[bad].ToString(CultureInfo.InvariantCulture)}; every observation must be a finite number.");
        }

        if (y.Max() <= y.Min())
        {
            throw new ModelTrainingException($"All {y.Length} observations are {y[0].ToString(CultureInfo.InvariantCulture)}; a series that never changes has no regimes.");
        }
    }

    /// <summary>Days split into groups by how far they lie from the mean, one group a state, with sticky transitions: by equal quantiles, or by random ones.</summary>
    private static GaussianHmm Initial(double[] y, double mean, double floor, int states, Random? random)
    {
        var days = y.OrderBy(value => Math.Abs(value - mean)).ToArray();
        var cuts = Enumerable.Range(1, states - 1)
            .Select(k => random is null ? (double)k / states : random.NextDouble())
            .Order()
            .Select(quantile => (int)(quantile * days.Length))
            .Prepend(0)
            .Append(days.Length)
            .ToArray();
        var means = new double[states];
        var variances = new double[states];
        for (var k = 0; k < states; k++)
        {
            // At least two days a group, also where two random cuts fall together.
            var from = Math.Clamp(cuts[k], 0, days.Length - 2);
            var group = days.AsSpan(from, Math.Max(2, cuts[k + 1] - from)).ToArray();
            means[k] = group.Average();
            variances[k] = Math.Max(floor, group.Average(value => (value - mean) * (value - mean)));
        }

        var stay = states == 1 ? 1 : random is null ? 0.95 : 0.8 + (0.19 * random.NextDouble());
        var transition = Enumerable.Range(0, states * states).Select(at => at / states == at % states ? stay : (1 - stay) / (states - 1)).ToArray();
        return new GaussianHmm([.. Enumerable.Repeat(1.0 / states, states)], transition, means, variances, double.NegativeInfinity);
    }

    private static GaussianHmm Climb(double[] y, GaussianHmm hmm, double floor, double tolerance, CancellationToken cancellationToken)
    {
        var before = double.NegativeInfinity;
        for (var iteration = 0; iteration < MaximumIterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hmm = Step(y, hmm, floor, out var logLikelihood);
            if (logLikelihood - before < tolerance * Math.Abs(logLikelihood))
            {
                break;
            }

            before = logLikelihood;
        }

        return hmm;
    }

    /// <summary>One iteration. What it returns carries the likelihood of the parameters it began with, a lower bound of its own.</summary>
    private static GaussianHmm Step(double[] y, GaussianHmm hmm, double floor, out double logLikelihood)
    {
        var states = hmm.States;
        var forward = hmm.Forward(y);
        var beta = hmm.Backward(forward.Ratio);
        var smoothed = hmm.Smoothed(forward, beta);
        var (means, variances) = Emissions(y, smoothed, hmm, floor);
        logLikelihood = forward.LogLikelihood;
        return new GaussianHmm(smoothed[..states], Transitions(forward, beta, hmm), means, variances, logLikelihood);
    }

    private static (double[] Means, double[] Variances) Emissions(double[] y, double[] smoothed, GaussianHmm hmm, double floor)
    {
        var states = hmm.States;
        var means = new double[states];
        var variances = new double[states];
        for (var k = 0; k < states; k++)
        {
            var (days, sum, squares) = (0.0, 0.0, 0.0);
            for (var t = 0; t < y.Length; t++)
            {
                days += smoothed[(t * states) + k];
                sum += smoothed[(t * states) + k] * y[t];
            }

            // A state that no day belongs to keeps its emission.
            means[k] = days > 0 ? sum / days : hmm.Means[k];
            for (var t = 0; t < y.Length; t++)
            {
                squares += smoothed[(t * states) + k] * (y[t] - means[k]) * (y[t] - means[k]);
            }

            variances[k] = Math.Max(floor, days > 0 ? squares / days : hmm.Variances[k]);
        }

        return (means, variances);
    }

    private static double[] Transitions(ForwardPass forward, double[] beta, GaussianHmm hmm)
    {
        var states = hmm.States;
        var moves = new double[states * states];
        for (var at = states; at < beta.Length; at += states)
        {
            for (var k = 0; k < states; k++)
            {
                var arriving = forward.Ratio[at + k] * beta[at + k];
                for (var j = 0; j < states; j++)
                {
                    moves[(j * states) + k] += forward.Filtered[at - states + j] * arriving;
                }
            }
        }

        for (var j = 0; j < states; j++)
        {
            var row = moves.AsSpan(j * states, states);
            var sum = 0.0;
            for (var k = 0; k < states; k++)
            {
                row[k] *= hmm.Transition[j][k];
                sum += row[k];
            }

            for (var k = 0; k < states; k++)
            {
                row[k] = sum > 0 ? row[k] / sum : hmm.Transition[j][k];
            }
        }

        return moves;
    }

    /// <summary>States by variance, so that state 0 is calm in every fit, with the likelihood of exactly these parameters.</summary>
    private static GaussianHmm Ordered(double[] y, GaussianHmm hmm)
    {
        var order = Enumerable.Range(0, hmm.States).OrderBy(k => hmm.Variances[k]).ToArray();
        return new GaussianHmm(
            [.. order.Select(k => hmm.Start[k])],
            [.. order.SelectMany(k => order.Select(j => hmm.Transition[k][j]))],
            [.. order.Select(k => hmm.Means[k])],
            [.. order.Select(k => hmm.Variances[k])],
            hmm.Forward(y).LogLikelihood);
    }
}
