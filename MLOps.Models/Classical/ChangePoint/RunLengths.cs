using MathNet.Numerics;

namespace MLOps.Models.Classical.ChangePoint;

/// <summary>Bayesian online change point detection (Adams and MacKay 2007): the probabilities of how many observations the current run has, with each length's mean and variance sums, brought forward by one observation at a time.</summary>
/// <remarks>The last length stands for itself and all longer ones: its statistics forget, so that they are worth as many observations as it says.</remarks>
internal sealed class RunLengths
{
    private readonly ChangePointPrior _prior;
    private readonly double[] _joint;

    public RunLengths(ChangePointPrior prior, int lengths)
    {
        _prior = prior;
        _joint = new double[lengths];
        Kappas = [.. Enumerable.Range(0, lengths).Select(length => prior.Kappa + length)];
        Alphas = [.. Enumerable.Range(0, lengths).Select(length => prior.Alpha + (length / 2.0))];
        Constants = [.. Enumerable.Range(0, lengths).Select(length =>
            SpecialFunctions.GammaLn(Alphas[length] + 0.5) - SpecialFunctions.GammaLn(Alphas[length]) - (0.5 * Math.Log(2 * Math.PI * (Kappas[length] + 1) / Kappas[length])))];
        Probabilities = new double[lengths];
        Probabilities[0] = 1;
        Means = [.. Enumerable.Repeat(prior.Mean, lengths)];
        Betas = [.. Enumerable.Repeat(prior.Beta, lengths)];
    }

    /// <summary>κ of each length.</summary>
    public double[] Kappas { get; }

    /// <summary>α of each length.</summary>
    public double[] Alphas { get; }

    /// <summary>The part of a length's log-density that no observation changes.</summary>
    public double[] Constants { get; }

    /// <summary>P(length | observations so far).</summary>
    public double[] Probabilities { get; }

    public double[] Means { get; }

    public double[] Betas { get; }

    /// <summary>What the statistics of the last length keep of their β when one more observation enters.</summary>
    public double Keep => Alphas[^1] / (Alphas[^1] + 0.5);

    /// <summary>Takes one observation and returns ln p(y | those before it).</summary>
    public double Step(double y)
    {
        var largest = double.NegativeInfinity;
        for (var length = 0; length < _joint.Length; length++)
        {
            _joint[length] = Probabilities[length] > 0 ? Math.Log(Probabilities[length]) + LogDensity(length, y) : double.NegativeInfinity;
            largest = Math.Max(largest, _joint[length]);
        }

        var sum = 0.0;
        for (var length = 0; length < _joint.Length; length++)
        {
            _joint[length] = Math.Exp(_joint[length] - largest);
            sum += _joint[length];
        }

        Grow(y, sum);
        return largest + Math.Log(sum);
    }

    /// <summary>The most probable length.</summary>
    public int Likeliest() => Array.IndexOf(Probabilities, Probabilities.Max());

    public double Expected() => Probabilities.Select((p, length) => p * length).Sum();

    /// <summary>Student t with 2α degrees of freedom around the length's mean.</summary>
    private double LogDensity(int length, double y)
    {
        var deviation = y - Means[length];
        var kappa = Kappas[length];
        return Constants[length] - (0.5 * Math.Log(Betas[length]))
            - ((Alphas[length] + 0.5) * Math.Log(1 + (deviation * deviation * kappa / (2 * (kappa + 1) * Betas[length]))));
    }

    /// <summary>Every length becomes one longer, and with the hazard a run of none begins.</summary>
    private void Grow(double y, double sum)
    {
        var last = _joint.Length - 1;
        var (before, stays) = (_joint[last - 1], _joint[last]);
        var share = before + stays > 0 ? stays / (before + stays) : 0;
        var (mean, beta) = (Mean(last, y), Beta(last, y) * Keep);
        Means[last] = (share * mean) + ((1 - share) * Mean(last - 1, y));
        Betas[last] = (share * beta) + ((1 - share) * Beta(last - 1, y));
        Probabilities[last] = (1 - _prior.Hazard) * (before + stays) / sum;
        for (var length = last - 1; length > 0; length--)
        {
            Betas[length] = Beta(length - 1, y);
            Means[length] = Mean(length - 1, y);
            Probabilities[length] = (1 - _prior.Hazard) * _joint[length - 1] / sum;
        }

        (Probabilities[0], Means[0], Betas[0]) = (_prior.Hazard, _prior.Mean, _prior.Beta);
    }

    private double Mean(int length, double y) => Means[length] + ((y - Means[length]) / (Kappas[length] + 1));

    private double Beta(int length, double y) =>
        Betas[length] + (Kappas[length] * (y - Means[length]) * (y - Means[length]) / (2 * (Kappas[length] + 1)));
}
