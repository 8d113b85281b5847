namespace MLOps.Models.Classical.MetaController;

/// <summary>What every controller asks of a round's losses.</summary>
internal static class RoundLosses
{
    /// <returns>Their mean by the weights.</returns>
    /// <exception cref="ArgumentException">They are not as many as the weights, or one is outside [0, 1].</exception>
    public static double Mean(IReadOnlyList<double> losses, IReadOnlyList<double> weights) =>
        losses.Count == weights.Count && losses.All(loss => loss >= 0 && loss <= 1)
            ? weights.Zip(losses, (weight, loss) => weight * loss).Sum()
            : throw new ArgumentException($"A round has {weights.Count} losses from 0 to 1, but these are {losses.Count}: {string.Join(", ", losses)}.", nameof(losses));
}
