using MLOps.Inference.Tabular;

namespace MLOps.Silo.Batch;

/// <summary>A computed chunk.</summary>
/// <param name="Columns">By the result's schema.</param>
/// <param name="Failed">Rows without outputs.</param>
internal sealed record BatchRows(IReadOnlyList<TableColumn> Columns, int Failed);
