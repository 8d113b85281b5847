namespace MLOps.Models.Neural.Training;

/// <summary>The order of the rows in an epoch, by seed and epoch alone: whoever resumes needs no generator's state for it.</summary>
internal static class EpochOrder
{
    /// <param name="epoch">From 1.</param>
    public static long[] Of(int seed, int epoch, int count)
    {
        var rows = new long[count];
        for (var i = 0; i < count; i++)
        {
            rows[i] = i;
        }

        new Random(Seeds.Of(seed, epoch)).Shuffle(rows);
        return rows;
    }
}
