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

    /// <param name="transition">[K·K], row-major.</param>
    internal GaussianHmm(double[] start, double[] transition, double[] means, double[] variances, double logLikelihood)
    {
        _start = start;
        _transition = transition;
        _means = means;
        _variances = variances;
        _logNormalisers = Array.ConvertAll(variances, variance => -0.5 * Math.Log(2 * Math.PI * variance));
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
        var forward = Forward(y);
        return Rows(Smoothed(forward, Backward(forward.Ratio)));
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
        for (var j = 0; j < States; j++)
        {
            for (var k = 0; k < States; k++)
            {
                next[k] += filtered[j] * _transition[(j * States) + k];
            }
        }

        return next;
    }

    internal ForwardPass Forward(double[] y)
    {
        var states = States;
        var logDensities = new double[y.Length];
        var filtered = new double[y.Length * states];
        var ratio = new double[y.Length * states];
        var prior = (double[])_start.Clone();
        var logDensity = new double[states];
        var logLikelihood = 0.0;
        for (var t = 0; t < y.Length; t++)
        {
            for (var k = 0; t > 0 && k < states; k++)
            {
                prior[k] = 0;
                for (var j = 0; j < states; j++)
                {
                    prior[k] += filtered[((t - 1) * states) + j] * _transition[(j * states) + k];
                }
            }

            var offset = double.NegativeInfinity;
            for (var k = 0; k < states; k++)
            {
                logDensity[k] = LogDensity(k, y[t]);
                offset = Math.Max(offset, logDensity[k]);
            }

            var sum = Weigh(prior, logDensity, offset, ratio.AsSpan(t * states, states));
            if (sum < SmallestScale)
            {
                // The states that could emit this value are all but unreachable from yesterday's: scale by the likeliest of prior and density together.
                offset = double.NegativeInfinity;
                for (var k = 0; k < states; k++)
                {
                    offset = Math.Max(offset, Math.Log(prior[k]) + logDensity[k]);
                }

                sum = Weigh(prior, logDensity, offset, ratio.AsSpan(t * states, states));
            }

            for (var k = 0; k < states; k++)
            {
                ratio[(t * states) + k] /= sum;
                filtered[(t * states) + k] = prior[k] * ratio[(t * states) + k];
            }

            logDensities[t] = offset + Math.Log(sum);
            logLikelihood += logDensities[t];
        }

        return new ForwardPass(filtered, ratio, logDensities, logLikelihood);
    }

    /// <summary>β of day t, scaled like the forward pass: filtered·β is the smoothed probability. [T·K].</summary>
    internal double[] Backward(double[] ratio)
    {
        var states = States;
        var beta = new double[ratio.Length];
        beta.AsSpan(Math.Max(0, beta.Length - states)).Fill(1);
        for (var at = beta.Length - (2 * states); at >= 0; at -= states)
        {
            for (var j = 0; j < states; j++)
            {
                for (var k = 0; k < states; k++)
                {
                    beta[at + j] += _transition[(j * states) + k] * ratio[at + states + k] * beta[at + states + k];
                }
            }
        }

        return beta;
    }

    /// <summary>Smoothed probabilities; each day sums to 1 up to rounding, which is divided out.</summary>
    internal double[] Smoothed(ForwardPass forward, double[] beta)
    {
        var smoothed = new double[beta.Length];
        for (var at = 0; at < smoothed.Length; at += States)
        {
            var sum = 0.0;
            for (var k = at; k < at + States; k++)
            {
                smoothed[k] = forward.Filtered[k] * beta[k];
                sum += smoothed[k];
            }

            for (var k = at; k < at + States; k++)
            {
                smoothed[k] /= sum;
            }
        }

        return smoothed;
    }

    private static double Weigh(double[] prior, double[] logDensity, double offset, Span<double> weights)
    {
        var sum = 0.0;
        for (var k = 0; k < prior.Length; k++)
        {
            weights[k] = Math.Exp(Math.Min(LargestExponent, logDensity[k] - offset));
            sum += prior[k] * weights[k];
        }

        return sum;
    }

    private double LogDensity(int state, double y)
    {
        var deviation = y - _means[state];
        return _logNormalisers[state] - (0.5 * deviation * deviation / _variances[state]);
    }

    private double[][] Rows(double[] flat) => [.. Enumerable.Range(0, flat.Length / States).Select(t => flat[(t * States)..((t + 1) * States)])];
}
