namespace MLOps.Monitoring.Tests;

/// <summary>The generator of tests/data/drift-reference-values.md.</summary>
internal static class ReferenceSamples
{
    public static double[] Reference { get; } = [.. Uniform(1).Take(1000)];

    public static double[] Current { get; } = [.. Uniform(2).Take(500).Select(u => Math.Pow(u, 1.2))];

    public static IEnumerable<double> Uniform(long seed)
    {
        for (var x = seed; ;)
        {
            x = ((1103515245 * x) + 12345) % (1L << 31);
            yield return x / (double)(1L << 31);
        }
    }
}
