using MLOps.Contracts.Endpoints;
using MLOps.Inference;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Scoring;

/// <summary>Tensors by the model's signature, which may fix dimensions that the model's graph leaves open.</summary>
internal static class SchemaTensors
{
    /// <exception cref="InferenceException">InvalidRequest: names the input, its shape and the signature's.</exception>
    public static void Check(IReadOnlyList<SchemaField>? schema, string input, ReadOnlySpan<long> shape)
    {
        var field = schema?.FirstOrDefault(candidate => candidate.Name == input) ?? (schema is [{ Name: null } only] ? only : null);
        if (field?.Shape is not { } expected)
        {
            return;
        }

        var fits = expected.Count == shape.Length;
        for (var i = 0; fits && i < shape.Length; i++)
        {
            fits = expected[i] < 0 || expected[i] == shape[i];
        }

        if (!fits)
        {
            throw new InferenceException(
                InferenceError.InvalidRequest,
                $"Input '{input}' has shape {TensorShape.Format(shape)}: the model's signature expects {field.Type} {TensorShape.Format([.. expected])}, where -1 is any size.");
        }
    }
}
