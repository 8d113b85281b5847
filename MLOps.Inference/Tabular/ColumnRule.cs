namespace MLOps.Inference.Tabular;

/// <summary>A column as the signature that MLflow keeps with a model wants it.</summary>
/// <param name="Name">Null: the signature goes by position.</param>
/// <param name="Type">MLflow's type of a column (<c>double</c>, <c>long</c>, <c>string</c>, …).</param>
/// <param name="IsRequired">Whether it must be there.</param>
public sealed record ColumnRule(string? Name, string Type, bool IsRequired)
{
    /// <summary>The constructor as a function: for whoever has the parts of rules and may not know their type.</summary>
    public static ColumnRule Of(string? name, string type, bool isRequired) => new(name, type, isRequired);
}
