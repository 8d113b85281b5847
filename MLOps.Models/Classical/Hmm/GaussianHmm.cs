using MLOps.Models.Catalog;

namespace MLOps.Models.Classical.Hmm;

/// <summary>Hidden Markov model with one-dimensional Gaussian emissions, states ordered by variance. Scaled forward-backward (Rabiner 1989, section V.A).</summary>
public sealed class GaussianHmm
{
    /// <summary>Below this a day's scaled probability is computed again in logarithms, before it loses digits to denormal numbers.</summary>
    private const double SmallestScale = 1e-250;

    /// <summary>Largest exponent whose exponential is finite, with room to be multiplied.</summary>
    private const double LargestExponent = 600;

    private readonly double[] _start;
    private readonly double[] _transition;
    private readonly double[] _means;
    private readonly double[] _variances;
    private readonly double[] _logNormalisers;
    private readonly double[] _halfPrecisions;

    /// <param name="transition">[K·K], row-major.</param>
    internal GaussianHmm(double[] start, double[] transition, double[] means, double[] variances, double logLikelihood)
    {
        _start = start;
        _transition = transition;
        _means = means;
        _variances = variances;
        _logNormalisers = Array.ConvertAll(variances, variance => -0.5 * Math.Log(2 * Math.PI * variance));
        _halfPrecisions = Array.ConvertAll(variances, variance => 0.5 / variance);
        LogLikelihood = logLikelihood;
        Transition = [.. Enumerable.Range(0, means.Length).Select(k => transition[(k * means.Length)..((k + 1) * means.Length)])];
    }

    /// <summary>Probability of each state on the first day.</summary>
    public IReadOnlyList<double> Start => _start;

    /// <summary>Row: today's state, column: tomorrow's.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Transition { get; }

    public IReadOnlyList<double> Means => _means;

    public IReadOnlyList<double> Variances => _variances;

    /// <summary>Of the series it was fitted on.</summary>
    public double LogLikelihood { get; }

    public int States => _means.Length;

    /// <summary>Baum-Welch from several starting points; the best is kept.</summary>
    /// <param name="y">Observations, finite, not all equal.</param>
    /// <param name="states">At least 1.</param>
    /// <param name="starts">Starting points, at least 1: the first splits the days by quantiles of their distance from the mean, the others by random ones.</param>
    /// <param name="seed">Same seed, same result.</param>
    /// <param name="cancellationToken">Looked at in every iteration.</param>
    /// <exception cref="ModelTrainingException">Too few or unusable observations.</exception>
    public static GaussianHmm Fit(double[] y, int states, int starts, int seed, CancellationToken cancellationToken) =>
        BaumWelch.Fit(y, states, starts, seed, (_, _) => { }, cancellationToken);

    /// <summary>P(state on day t | days 0..t), [T][K].</summary>
    public double[][] Filter(double[] y) => Rows(Forward(y).Filtered);

    /// <summary>P(state on day t | all days), [T][K].</summary>
    public double[][] Smooth(double[] y)
    {
        var buffers = new HmmBuffers(y.Length, States);
        var forward = Forward(y, buffers);
        return Rows(Smoothed(forward, Backward(forward.Ratio, buffers), buffers));
    }

    /// <summary>Most probable path of states, and its log-probability together with the observations.</summary>
    public (int[] Path, double LogProbability) Viterbi(double[] y)
    {
        ArgumentOutOfRangeException.ThrowIfZero(y.Length);
        var logTransition = Array.ConvertAll(_transition, Math.Log);
        var from = new int[y.Length * States];
        var best = new double[States];
        var next = new double[States];
        for (var k = 0; k < States; k++)
        {
            best[k] = Math.Log(_start[k]) + LogDensity(k, y[0]);
        }

        for (var t = 1; t < y.Length; t++)
        {
            for (var k = 0; k < States; k++)
            {
                var (source, through) = (0, double.NegativeInfinity);
                for (var j = 0; j < States; j++)
                {
                    var candidate = best[j] + logTransition[(j * States) + k];
                    if (candidate > through)
                    {
                        (source, through) = (j, candidate);
                    }
                }

                from[(t * States) + k] = source;
                next[k] = through + LogDensity(k, y[t]);
            }

            (best, next) = (next, best);
        }

        var path = new int[y.Length];
        path[^1] = Array.IndexOf(best, best.Max());
        for (var t = y.Length - 1; t > 0; t--)
        {
            path[t - 1] = from[(t * States) + path[t]];
        }

        return (path, best.Max());
    }

    /// <summary>Probabilities of the day after one that has these.</summary>
    internal double[] Next(ReadOnlySpan<double> filtered)
    {
        var next = new double[States];
        Advance(filtered, next);
        return next;
    }

    internal ForwardPass Forward(double[] y) => Forward(y, new HmmBuffers(y.Length, States));

    /// <summary>What it returns is in the buffers, until they are used again.</summary>
    internal ForwardPass Forward(double[] y, HmmBuffers buffers)
    {
        var states = States;
        var (filtered, ratio, scales, offsets) = (buffers.Filtered, buffers.Ratio, buffers.Scales, buffers.Offsets);
        Weigh(y, ratio, offsets);
        var prior = (double[])_start.Clone();
        for (var t = 0; t < y.Length; t++)
        {
            var weights = ratio.AsSpan(t * states, states);
            var today = filtered.AsSpan(t * states, states);
            var sum = 0.0;
            for (var k = 0; k < prior.Length; k++)
            {
                sum += prior[k] * weights[k];
            }

            if (sum < SmallestScale)
            {
                (sum, offsets[t]) = WeighUnreachable(y[t], prior, weights);
            }

            scales[t] = sum;
            var inverse = 1 / sum;
            for (var k = 0; k < prior.Length; k++)
            {
                weights[k] *= inverse;
                today[k] = prior[k] * weights[k];
            }

            Advance(today, prior);
        }

        // The logarithms of all days at once.
        VectorMath.Log(scales);
        var logLikelihood = 0.0;
        for (var t = 0; t < scales.Length; t++)
        {
            scales[t] += offsets[t];
            logLikelihood += scales[t];
        }

        return new ForwardPass(filtered, ratio, scales, logLikelihood);
    }

    /// <summary>β of day t, scaled like the forward pass: filtered·β is the smoothed probability. [T·K].</summary>
    internal double[] Backward(double[] ratio, HmmBuffers buffers)
    {
        var states = States;
        var beta = buffers.Beta;
        beta.AsSpan(Math.Max(0, beta.Length - states)).Fill(1);
        var arriving = new double[states];
        for (var at = beta.Length - (2 * states); at >= 0; at -= states)
        {
            var tomorrow = ratio.AsSpan(at + states, states);
            var after = beta.AsSpan(at + states, states);
            for (var k = 0; k < arriving.Length; k++)
            {
                arriving[k] = tomorrow[k] * after[k];
            }

            for (var j = 0; j < states; j++)
            {
                var row = _transition.AsSpan(j * states, states);
                var sum = 0.0;
                for (var k = 0; k < row.Length; k++)
                {
                    sum += row[k] * arriving[k];
                }

                beta[at + j] = sum;
            }
        }

        return beta;
    }

    /// <summary>Smoothed probabilities; each day sums to 1 up to rounding, which is divided out.</summary>
    internal double[] Smoothed(ForwardPass forward, double[] beta, HmmBuffers buffers)
    {
        var smoothed = buffers.Smoothed;
        for (var at = 0; at < smoothed.Length; at += States)
        {
            var sum = 0.0;
            for (var k = at; k < at + States; k++)
            {
                smoothed[k] = forward.Filtered[k] * beta[k];
                sum += smoothed[k];
            }

            var inverse = 1 / sum;
            for (var k = at; k < at + States; k++)
            {
                smoothed[k] *= inverse;
            }
        }

        return smoothed;
    }

    /// <summary>Density of each day in each state, scaled by the likeliest state's, and the logarithm of that scale.</summary>
    private void Weigh(double[] y, double[] weights, double[] offsets)
    {
        var states = States;
        for (var t = 0; t < y.Length; t++)
        {
            var row = weights.AsSpan(t * states, states);
            var largest = double.NegativeInfinity;
            for (var k = 0; k < row.Length; k++)
            {
                row[k] = LogDensity(k, y[t]);
                largest = Math.Max(largest, row[k]);
            }

            offsets[t] = largest;
            for (var k = 0; k < row.Length; k++)
            {
                row[k] -= largest;
            }
        }

        VectorMath.Exp(weights);
    }

    /// <summary>The states that could emit this value are all but unreachable from yesterday's: scales by the likeliest of prior and density together.</summary>
    private (double Sum, double Offset) WeighUnreachable(double y, double[] prior, Span<double> weights)
    {
        var offset = double.NegativeInfinity;
        for (var k = 0; k < prior.Length; k++)
        {
            offset = Math.Max(offset, Math.Log(prior[k]) + LogDensity(k, y));
        }

        var sum = 0.0;
        for (var k = 0; k < prior.Length; k++)
        {
            weights[k] = Math.Exp(Math.Min(LargestExponent, LogDensity(k, y) - offset));
            sum += prior[k] * weights[k];
        }

        return (sum, offset);
    }

    /// <summary>Today's probabilities to tomorrow's.</summary>
    private void Advance(ReadOnlySpan<double> today, double[] tomorrow)
    {
        Array.Clear(tomorrow);
        for (var j = 0; j < today.Length; j++)
        {
            var row = _transition.AsSpan(j * tomorrow.Length, tomorrow.Length);
            for (var k = 0; k < tomorrow.Length; k++)
            {
                tomorrow[k] += today[j] * row[k];
            }
        }
    }

    private double LogDensity(int state, double y)
    {
        var deviation = y - _means[state];
        return _logNormalisers[state] - (deviation * deviation * _halfPrecisions[state]);
    }

    private double[][] Rows(double[] flat) => [.. Enumerable.Range(0, flat.Length / States).Select(t => flat[(t * States)..((t + 1) * States)])];
}
