using System.Text.Json;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;

namespace MLOps.Silo.Endpoints;

/// <summary>Reads the JSON of a signature's inputs: an array of columns (<c>type</c>, <c>name</c>, <c>required</c>) or tensors (<c>type: tensor</c>, <c>tensor-spec</c>).</summary>
internal static class SignatureSchema
{
    private const int MaxFields = 100_000;

    /// <exception cref="MLOpsException">InvalidArgument: another form.</exception>
    public static SchemaField[] Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var inputs = document.RootElement;
            return inputs.GetArrayLength() <= MaxFields
                ? [.. inputs.EnumerateArray().Select(Field)]
                : throw Invalid($"it has {inputs.GetArrayLength()} inputs");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Invalid(exception.Message);
        }
    }

    private static SchemaField Field(JsonElement input)
    {
        var name = input.TryGetProperty("name", out var named) ? named.GetString() : null;
        if (input.TryGetProperty("tensor-spec", out var tensor))
        {
            return new SchemaField(
                name,
                tensor.GetProperty("dtype").GetString() ?? throw Invalid("a tensor's dtype is null"),
                Required: true,
                tensor.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64()).ToArray());
        }

        var type = input.GetProperty("type");
        return new SchemaField(
            name,
            type.ValueKind == JsonValueKind.String ? type.GetString()! : "any",
            Required: input.TryGetProperty("required", out var required) ? required.GetBoolean() : !(input.TryGetProperty("optional", out var optional) && optional.GetBoolean()),
            Shape: null);
    }

    private static MLOpsException Invalid(string why) => new(
        ProblemCode.InvalidArgument,
        $"The signature in MLmodel is not usable: {why}. Expected MLflow's JSON, for example [{{\"type\": \"double\", \"name\": \"x\", \"required\": true}}].");
}
