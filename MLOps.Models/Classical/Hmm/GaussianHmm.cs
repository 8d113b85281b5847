using MLOps.Models.Catalog;

namespace MLOps.Models.Classical.Hmm;

/// <summary>Hidden Markov model with one-dimensional Gaussian emissions, states ordered by variance. Scaled forward-backward (Rabiner 1989, section V.A).</summary>
public sealed class GaussianHmm
{
    private readonly double[] _deviations;

    internal GaussianHmm(double[] start, double[][] transition, double[] means, double[] variances, double logLikelihood)
    {
        Start = start;
        Transition = transition;
        Means = means;
        Variances = variances;
        LogLikelihood = logLikelihood;
        _deviations = [.. variances.Select(Math.Sqrt)];
    }

    /// <summary>Probability of each state on the first day.</summary>
    public IReadOnlyList<double> Start { get; }

    /// <summary>Row: today's state, column: tomorrow's.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Transition { get; }

    public IReadOnlyList<double> Means { get; }

    public IReadOnlyList<double> Variances { get; }

    /// <summary>Of the series it was fitted on.</summary>
    public double LogLikelihood { get; }

    public int States => Means.Count;

    /// <summary>Baum-Welch from several starting points; the best is kept.</summary>
    /// <param name="y">Observations, finite, not all equal.</param>
    /// <param name="states">At least 1.</param>
    /// <param name="starts">Starting points: the first by quantiles, the others random by the seed.</param>
    /// <param name="seed">Same seed, same result.</param>
    /// <param name="cancellationToken">Looked at in every iteration.</param>
    /// <exception cref="ModelTrainingException">Too few or unusable observations.</exception>
    public static GaussianHmm Fit(double[] y, int states, int starts, int seed, CancellationToken cancellationToken) =>
        BaumWelch.Fit(y, states, starts, seed, cancellationToken);

    /// <summary>P(state on day t | days 0..t), [T][K].</summary>
    public double[][] Filter(double[] y) => Forward(y).Alpha;

    /// <summary>P(state on day t | all days), [T][K].</summary>
    public double[][] Smooth(double[] y)
    {
        var (alpha, scale, density) = Forward(y);
        var beta = Backward(density, scale);
        for (var t = 0; t < y.Length; t++)
        {
            var sum = 0.0;
            for (var k = 0; k < States; k++)
            {
                alpha[t][k] *= beta[t][k];
                sum += alpha[t][k];
            }

            for (var k = 0; k < States; k++)
            {
                alpha[t][k] /= sum;
            }
        }

        return alpha;
    }

    /// <summary>Most probable path of states, and its log-probability with the observations.</summary>
    public (int[] Path, double LogProbability) Viterbi(double[] y)
    {
        var best = new double[y.Length][];
        var from = new int[y.Length][];
        for (var t = 0; t < y.Length; t++)
        {
            best[t] = new double[States];
            from[t] = new int[States];
            for (var k = 0; k < States; k++)
            {
                var emission = LogDensity(k, y[t]);
                if (t == 0)
                {
                    best[t][k] = Math.Log(Start[k]) + emission;
                    continue;
                }

                best[t][k] = double.NegativeInfinity;
                for (var j = 0; j < States; j++)
                {
                    var through = best[t - 1][j] + Math.Log(Transition[j][k]);
                    if (through > best[t][k])
                    {
                        (best[t][k], from[t][k]) = (through, j);
                    }
                }

                best[t][k] += emission;
            }
        }

        var path = new int[y.Length];
        path[^1] = Array.IndexOf(best[^1], best[^1].Max());
        for (var t = y.Length - 1; t > 0; t--)
        {
            path[t - 1] = from[t][path[t]];
        }

        return (path, best[^1].Max());
    }

    /// <summary>Filtered probabilities, and for each day its scale (the probability of its observation given the past, times e^-offset) and emission densities.</summary>
    internal (double[][] Alpha, double[] Scale, double[][] Density) Forward(double[] y)
    {
        var alpha = new double[y.Length][];
        var scale = new double[y.Length];
        var density = new double[y.Length][];
        for (var t = 0; t < y.Length; t++)
        {
            alpha[t] = new double[States];
            density[t] = new double[States];
            for (var k = 0; k < States; k++)
            {
                var prior = Start[k];
                if (t > 0)
                {
                    prior = 0;
                    for (var j = 0; j < States; j++)
                    {
                        prior += alpha[t - 1][j] * Transition[j][k];
                    }
                }

                density[t][k] = Math.Max(double.MinValue, Math.Exp(LogDensity(k, y[t])));
                alpha[t][k] = prior * density[t][k];
                scale[t] += alpha[t][k];
            }

            if (scale[t] <= 0)
            {
                // An observation so far out that every density underflows: the widest state takes it.
                var widest = States - 1;
                alpha[t][widest] = scale[t] = density[t][widest] = double.Epsilon * 1e16;
            }

            for (var k = 0; k < States; k++)
            {
                alpha[t][k] /= scale[t];
            }
        }

        return (alpha, scale, density);
    }

    internal double[][] Backward(double[][] density, double[] scale)
    {
        var beta = new double[scale.Length][];
        beta[^1] = [.. Enumerable.Repeat(1.0, States)];
        for (var t = scale.Length - 2; t >= 0; t--)
        {
            beta[t] = new double[States];
            for (var j = 0; j < States; j++)
            {
                for (var k = 0; k < States; k++)
                {
                    beta[t][j] += Transition[j][k] * density[t + 1][k] * beta[t + 1][k];
                }

                beta[t][j] /= scale[t + 1];
            }
        }

        return beta;
    }

    private double LogDensity(int state, double y)
    {
        var z = (y - Means[state]) / _deviations[state];
        return -0.5 * ((z * z) + Math.Log(2 * Math.PI)) - Math.Log(_deviations[state]);
    }
}
