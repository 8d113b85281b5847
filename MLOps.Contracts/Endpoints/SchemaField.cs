namespace MLOps.Contracts.Endpoints;

/// <summary>One input of a model as the signature in its MLmodel file names it: a column of a table, or a tensor.</summary>
/// <param name="Name">Null: the signature goes by position.</param>
/// <param name="Type">MLflow's type of a column (<c>double</c>, <c>long</c>, <c>string</c>, …), or a tensor's NumPy type (<c>float32</c>, …).</param>
/// <param name="Required">Whether a caller must give it.</param>
/// <param name="Shape">Of a tensor, -1 where any size will do; null: a column.</param>
[GenerateSerializer, Immutable, Alias("mlops.SchemaField")]
public sealed record SchemaField(
    [property: Id(0)] string? Name,
    [property: Id(1)] string Type,
    [property: Id(2)] bool Required,
    [property: Id(3)] IReadOnlyList<long>? Shape)
{
    /// <summary>The columns of a signature that describes a table, which its first field says.</summary>
    /// <returns>Null: it describes none, or there is no signature.</returns>
    public static IReadOnlyList<SchemaField>? Columns(IReadOnlyList<SchemaField>? signature) => signature is [{ Shape: null }, ..] ? signature : null;

    /// <summary>The same, each column as the tables of another project want it, which this one may not know.</summary>
    /// <param name="signature">A model's.</param>
    /// <param name="rule">Takes a column's name, its type and whether it must be given.</param>
    public static IReadOnlyList<T>? Columns<T>(IReadOnlyList<SchemaField>? signature, Func<string?, string, bool, T> rule) =>
        Columns(signature)?.Select(field => rule(field.Name, field.Type, field.Required)).ToArray();
}
