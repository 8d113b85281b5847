namespace MLOps.Models.Search;

/// <summary>A generator for each point of a search: the draws of one do not depend on how many others there are.</summary>
internal static class SearchRandom
{
    public static Random Of(int seed, int number)
    {
        // The mixing step of splitmix64 (Steele, Lea and Flood 2014): neighbouring numbers get unrelated seeds.
        var z = unchecked(((ulong)(uint)seed << 32) + (uint)number + 0x9E3779B97F4A7C15UL);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
        return new Random((int)((z ^ (z >> 31)) & int.MaxValue));
    }
}
