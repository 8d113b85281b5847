namespace MLOps.Inference.Sequences;

/// <summary>One step of a sequence that the caller names: the model's state is kept from one to the next.</summary>
/// <param name="Id">The caller's name for the sequence, 1 to 128 characters.</param>
/// <param name="Start">The first step; what was kept under the name is dropped once it has succeeded.</param>
/// <param name="End">The last step; the state is dropped after it.</param>
public readonly record struct SequenceStep(string Id, bool Start = false, bool End = false)
{
    public const int MaxIdLength = 128;
}
