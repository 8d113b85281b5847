using static TorchSharp.torch;

namespace MLOps.Models.Neural;

/// <summary>Makes initial weights repeatable: libtorch has one random generator a process, so two trainings at once must not draw from it in turns.</summary>
internal static class SeededWeights
{
    private static readonly Lock Gate = new();

    /// <summary>What <paramref name="create"/> builds, with the weights that the seed gives.</summary>
    public static T Create<T>(int seed, Func<T> create)
    {
        lock (Gate)
        {
            random.manual_seed(seed);
            return create();
        }
    }
}
