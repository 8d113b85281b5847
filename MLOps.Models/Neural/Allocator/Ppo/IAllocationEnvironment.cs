namespace MLOps.Models.Neural.Allocator.Ppo;

/// <summary>What an allocator learns from: states [<see cref="StateSize"/>], to be answered with weights, for a reward. It goes on for ever; the learner cuts it.</summary>
internal interface IAllocationEnvironment
{
    int StateSize { get; }

    int Assets { get; }

    /// <summary>Begins somewhere; every draw, here and in later steps, comes from the given generator.</summary>
    /// <param name="steps">Steps that will be asked for.</param>
    void Reset(Random random, int steps);

    float[] State();

    /// <param name="weights">One an asset, at least 0, their sum 1.</param>
    /// <returns>The reward of the step.</returns>
    double Step(ReadOnlySpan<double> weights);
}
