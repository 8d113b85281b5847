namespace MLOps.Models.Classical.MetaController;

/// <summary>Trusts one expert at a time: the one whose expected reward, 1 − loss, has the largest upper confidence bound given how it has lost lately (LinUCB with disjoint arms; Li, Chu, Langford and Schapire 2010, "A contextual-bandit approach to personalized news article recommendation").</summary>
/// <remarks>It learns from the losses of what was trusted alone. Each arm's context is 1 and two exponential means of its losses, fast and slow. The first round is shared by all arms evenly, and each learns from its part of it.</remarks>
public sealed class LinUcb : IController
{
    /// <summary>Numbers in a context.</summary>
    internal const int Features = 3;

    /// <summary>Decays of the two means, and what they start from.</summary>
    internal const double Fast = 0.9;
    internal const double Slow = 0.99;
    internal const double Start = 0.5;

    private readonly double _exploration;
    private readonly double[] _fast;
    private readonly double[] _slow;
    private readonly double[][,] _inverses;
    private readonly double[][] _pulls;

    /// <param name="experts">M, at least 1.</param>
    /// <param name="exploration">α: how many standard deviations of its expected reward an arm is given credit for.</param>
    /// <param name="ridge">Penalty of each arm's regression, above 0.</param>
    public LinUcb(int experts, double exploration, double ridge)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(experts, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(exploration);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ridge, 0);
        _exploration = exploration;
        _fast = [.. Enumerable.Repeat(Start, experts)];
        _slow = [.. _fast];
        _inverses = [.. _fast.Select(_ => new[,] { { 1 / ridge, 0, 0 }, { 0, 1 / ridge, 0 }, { 0, 0, 1 / ridge } })];
        _pulls = [.. _fast.Select(_ => new double[Features])];
        Weights = [.. Enumerable.Repeat(1.0 / experts, experts)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<double> Weights { get; private set; }

    /// <inheritdoc/>
    public double Update(IReadOnlyList<double> losses)
    {
        var mean = RoundLosses.Mean(losses, Weights);
        for (var arm = 0; arm < losses.Count; arm++)
        {
            Learn(arm, Weights[arm], 1 - losses[arm]);
            _fast[arm] = (Fast * _fast[arm]) + ((1 - Fast) * losses[arm]);
            _slow[arm] = (Slow * _slow[arm]) + ((1 - Slow) * losses[arm]);
        }

        double[] bounds = [.. losses.Select((_, arm) => UpperBound(arm))];
        var best = Array.IndexOf(bounds, bounds.Max());
        Weights = [.. losses.Select((_, arm) => arm == best ? 1.0 : 0)];
        return mean;
    }

    private double[] Context(int arm) => [1, _fast[arm], _slow[arm]];

    /// <summary>Sherman and Morrison: the inverse of A + w·xx' from that of A.</summary>
    private void Learn(int arm, double weight, double reward)
    {
        var (context, inverse) = (Context(arm), _inverses[arm]);
        var image = Product(inverse, context);
        var divisor = 1 + (weight * Dot(context, image));
        for (var i = 0; i < Features; i++)
        {
            _pulls[arm][i] += weight * reward * context[i];
            for (var j = 0; j < Features; j++)
            {
                inverse[i, j] -= weight * image[i] * image[j] / divisor;
            }
        }
    }

    private double UpperBound(int arm)
    {
        var context = Context(arm);
        var image = Product(_inverses[arm], context);
        return Dot(_pulls[arm], image) + (_exploration * Math.Sqrt(Math.Max(0, Dot(context, image))));
    }

    private static double[] Product(double[,] matrix, double[] vector) =>
        [.. Enumerable.Range(0, Features).Select(i => Enumerable.Range(0, Features).Sum(j => matrix[i, j] * vector[j]))];

    private static double Dot(double[] one, double[] other) => one.Zip(other, (a, b) => a * b).Sum();
}
