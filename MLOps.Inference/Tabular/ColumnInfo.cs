namespace MLOps.Inference.Tabular;

/// <summary>A column of a table.</summary>
/// <param name="Type">Null: a type that is not read (lists, maps, blobs, decimals); the table's other columns are.</param>
/// <param name="IsNullable">Whether a cell may be missing.</param>
public sealed record ColumnInfo(string Name, ColumnType? Type, bool IsNullable = true);
