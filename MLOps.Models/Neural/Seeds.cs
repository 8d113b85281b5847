namespace MLOps.Models.Neural;

/// <summary>Seeds of the parts of a training by its seed and the part's number alone: whoever resumes needs no generator's state for them.</summary>
internal static class Seeds
{
    /// <summary>Neighbouring seeds and parts give unrelated numbers (the finaliser of SplitMix64).</summary>
    public static int Of(int seed, int part)
    {
        var z = ((ulong)(uint)seed << 32) | (uint)part;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)(z ^ (z >> 31));
    }
}
