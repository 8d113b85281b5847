namespace MLOps.Models.Classical.MetaController;

/// <summary>Exponential weights over M experts (Freund and Schapire 1997, "A decision-theoretic generalization of on-line learning"), with a fixed share for those that have fallen behind (Herbster and Warmuth 1998).</summary>
/// <remarks>With losses in [0, 1], no share and η = √(8 ln M/T), T rounds cost at most √(T ln M/2) more than the best expert, whatever the losses are (Cesa-Bianchi and Lugosi 2006, theorem 2.2).</remarks>
public sealed class Hedge
{
    private readonly double _learningRate;
    private readonly double _share;

    /// <param name="experts">M, at least 1.</param>
    /// <param name="learningRate">η, above 0.</param>
    /// <param name="share">Part of the weights, from 0 to below 1, that is spread evenly after every round.</param>
    public Hedge(int experts, double learningRate, double share = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(experts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(learningRate, 0);
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(share, 1);
        (_learningRate, _share) = (learningRate, share);
        Weights = [.. Enumerable.Repeat(1.0 / experts, experts)];
    }

    /// <summary>Of the coming round: positive or 0, sum 1.</summary>
    public IReadOnlyList<double> Weights { get; private set; }

    /// <summary>η for a known number of rounds.</summary>
    public static double LearningRate(int experts, int rounds) => Math.Sqrt(8 * Math.Log(experts) / rounds);

    /// <summary>What <paramref name="rounds"/> rounds at that η cost at most beyond the best expert: √(T ln M/2).</summary>
    public static double RegretBound(int experts, int rounds) => Math.Sqrt(rounds * Math.Log(experts) / 2);

    /// <summary>Takes the losses of a round.</summary>
    /// <param name="losses">One an expert, in [0, 1].</param>
    /// <returns>The mean loss by the weights that the round began with.</returns>
    /// <exception cref="ArgumentException">The losses are not as many as experts, or one is outside [0, 1].</exception>
    public double Update(IReadOnlyList<double> losses)
    {
        if (losses.Count != Weights.Count || losses.Any(loss => !(loss >= 0 && loss <= 1)))
        {
            throw new ArgumentException($"A round has {Weights.Count} losses from 0 to 1, but these are {losses.Count}: {string.Join(", ", losses)}.", nameof(losses));
        }

        var loss = Weights.Zip(losses, (weight, own) => weight * own).Sum();
        double[] grown = [.. Weights.Zip(losses, (weight, own) => weight * Math.Exp(-_learningRate * own))];
        var total = grown.Sum();
        Weights = [.. grown.Select(weight => ((1 - _share) * weight / total) + (_share / losses.Count))];
        return loss;
    }
}
