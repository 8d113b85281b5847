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

        new Random(Mixed(seed, epoch)).Shuffle(rows);
        return rows;
    }

    /// <summary>Neighbouring seeds and epochs give unrelated numbers (the finaliser of SplitMix64).</summary>
    private static int Mixed(int seed, int epoch)
    {
        var z = ((ulong)(uint)seed << 32) | (uint)epoch;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)(z ^ (z >> 31));
    }
}
