namespace MLOps.Inference.Tabular;

/// <summary>Some rows of a column.</summary>
internal readonly record struct TablePiece(TableColumn Column, int Start, int Count);
