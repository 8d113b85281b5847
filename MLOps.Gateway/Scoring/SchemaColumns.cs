using MLOps.Contracts.Endpoints;
using MLOps.Inference;

namespace MLOps.Gateway.Scoring;

/// <summary>Which columns of a table a model takes, and in what order: its signature's, where that has columns. Others are ignored, as MLflow does.</summary>
internal static class SchemaColumns
{
    /// <summary>Whether the signature describes a table.</summary>
    public static bool IsTable(IReadOnlyList<SchemaField>? schema) => schema is [{ Shape: null }, ..];

    /// <exception cref="InferenceException">InvalidRequest: a column is missing.</exception>
    public static IReadOnlyList<SchemaColumn> Choose(IReadOnlyList<string> given, IReadOnlyList<SchemaField>? schema)
    {
        if (!IsTable(schema))
        {
            return [.. given.Select((name, i) => new SchemaColumn(name, i, null))];
        }

        return schema!.All(field => field.Name is null) ? ByPosition(given, schema!) : [.. schema!.Select(field => ByName(given, field))];
    }

    private static SchemaColumn[] ByPosition(IReadOnlyList<string> given, IReadOnlyList<SchemaField> schema) => given.Count >= schema.Count
        ? [.. schema.Select((field, i) => new SchemaColumn(given[i], i, field))]
        : throw Invalid($"There are {given.Count} columns: the model's signature expects {schema.Count}.");

    private static SchemaColumn ByName(IReadOnlyList<string> given, SchemaField field)
    {
        for (var i = 0; i < given.Count; i++)
        {
            if (given[i] == field.Name)
            {
                return new SchemaColumn(given[i], i, field);
            }
        }

        if (!field.Required && field.Type is "double" or "float")
        {
            return new SchemaColumn(field.Name!, -1, field);
        }

        throw Invalid(field.Required
            ? $"Column '{field.Name}' is missing: the model's signature requires it, as {field.Type}. Given: {Names(given)}."
            : $"Column '{field.Name}' is missing: the signature calls it optional, but an ONNX model has no missing {field.Type}. Given: {Names(given)}.");
    }

    private static string Names(IReadOnlyList<string> given) =>
        string.Join(", ", given.Take(20).Select(TensorBuilder.Shown)) + (given.Count > 20 ? $" and {given.Count - 20} more" : "");

    private static InferenceException Invalid(string message) => new(InferenceError.InvalidRequest, message);
}
