using MLOps.Contracts.Endpoints;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Endpoints;

/// <summary>What signatures say of a model's inputs.</summary>
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

    /// <summary>Whether the request's tensors are what the signature says, and the outputs that it names are there.</summary>
    public static bool Fit(ModelSignature signature, PredictionRequest request) =>
        request.Inputs.Count == signature.Inputs.Count
        && signature.Inputs.All(expected => request.Inputs.Any(given => Fits(expected, given)))
        && request.Outputs.All(name => signature.Outputs.Any(output => output.Name == name));

    private static bool Fits(TensorSignature expected, Tensor given) =>
        given.Name == expected.Name
        && given.Datatype == TensorDatatypes.Parse(expected.Datatype)
        && given.Shape.Length == expected.Shape.Count
        && given.Shape.Zip(expected.Shape).All(pair => pair.Second < 0 || pair.First == pair.Second);

    private static bool AreAlike(TensorSignature one, TensorSignature other) =>
        one.Name == other.Name && one.Datatype == other.Datatype && one.Shape.SequenceEqual(other.Shape);

    private static bool AreAlike(SchemaField one, SchemaField other) =>
        one.Name == other.Name
        && one.Type == other.Type
        && one.Required == other.Required
        && (one.Shape is null ? other.Shape is null : other.Shape is not null && one.Shape.SequenceEqual(other.Shape));
}
