using MLOps.Contracts.Datasets;

namespace MLOps.Silo.Datasets;

/// <summary>What reading a valid file once has shown.</summary>
/// <param name="Extension">Of its format: <c>csv</c>, <c>parquet</c> or <c>jsonl</c>.</param>
/// <param name="Columns">An array: a collection expression's own list type cannot be read back from grain storage.</param>
internal sealed record DatasetFacts(
    string Extension,
    DatasetColumn[] Columns,
    DateOnly? FirstDate,
    DateOnly? LastDate,
    DatasetProfile Profile);
