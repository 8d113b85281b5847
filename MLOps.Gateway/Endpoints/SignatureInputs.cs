using MLOps.Contracts.Endpoints;

namespace MLOps.Gateway.Endpoints;

/// <summary>What two signatures say of a model's inputs, side by side.</summary>
internal static class SignatureInputs
{
    /// <summary>Whether a caller's named columns and tensors become the same inputs by both.</summary>
    public static bool AreAlike(ModelSignature one, ModelSignature other) =>
        ReferenceEquals(one, other)
        || (one.Inputs.Count == other.Inputs.Count
            && one.Inputs.Zip(other.Inputs).All(pair => AreAlike(pair.First, pair.Second))
            && (one.Schema, other.Schema) switch
            {
                (null, null) => true,
                ({ } ours, { } theirs) => ours.Count == theirs.Count && ours.Zip(theirs).All(pair => AreAlike(pair.First, pair.Second)),
                _ => false,
            });

    private static bool AreAlike(TensorSignature one, TensorSignature other) =>
        one.Name == other.Name && one.Datatype == other.Datatype && one.Shape.SequenceEqual(other.Shape);

    private static bool AreAlike(SchemaField one, SchemaField other) =>
        one.Name == other.Name
        && one.Type == other.Type
        && one.Required == other.Required
        && (one.Shape is null ? other.Shape is null : other.Shape is not null && one.Shape.SequenceEqual(other.Shape));
}
