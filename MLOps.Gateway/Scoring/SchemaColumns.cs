using MLOps.Contracts.Endpoints;
using MLOps.Inference.Tabular;

namespace MLOps.Gateway.Scoring;

/// <summary>A signature's columns.</summary>
internal static class SchemaColumns
{
    /// <summary>Whether the signature describes a table.</summary>
    public static bool IsTable(IReadOnlyList<SchemaField>? schema) => schema is [{ Shape: null }, ..];

    /// <returns>Null: it describes none.</returns>
    public static IReadOnlyList<ColumnRule>? Of(IReadOnlyList<SchemaField>? schema) =>
        IsTable(schema) ? [.. schema!.Select(field => new ColumnRule(field.Name, field.Type, field.Required))] : null;
}
