namespace MLOps.Models.Classical.BoostedTrees;

/// <summary>The rows and the features that each tree sees, drawn by seed.</summary>
/// <param name="rows">How many there are.</param>
/// <param name="features">How many there are.</param>
internal sealed class TreeSamples(BoostingSettings settings, int rows, int features)
{
    private readonly Random _random = new(settings.Seed);

    /// <returns>Of the next tree, both ascending.</returns>
    public (int[] Rows, int[] Features) Next() => (Sample(rows, settings.RowShare), Sample(features, settings.FeatureShare));

    /// <summary>Leaves out the next tree, which a checkpoint has: the generator then is where it was, and nothing of it needs to be kept.</summary>
    public void Skip()
    {
        Shuffled(rows, settings.RowShare);
        Shuffled(features, settings.FeatureShare);
    }

    /// <summary>So large a share of the numbers below <paramref name="count"/>, at least one, ascending.</summary>
    private int[] Sample(int count, double share) => [.. Shuffled(count, share).Take(Math.Max(1, (int)Math.Round(share * count))).Order()];

    private int[] Shuffled(int count, double share)
    {
        var numbers = Enumerable.Range(0, count).ToArray();
        if (share < 1)
        {
            _random.Shuffle(numbers);
        }

        return numbers;
    }
}
