using MLOps.Contracts.Datasets;

namespace MLOps.Silo.Datasets;

/// <summary>What reading a valid file once has shown.</summary>
/// <param name="Columns">An array: a collection expression's own list type cannot be read back from grain storage.</param>
/// <param name="Digest">First 16 hex digits of the SHA-256 of the bytes.</param>
internal sealed record DatasetFacts(
    string Digest,
    long Rows,
    DatasetColumn[] Columns,
    DateOnly? FirstDate,
    DateOnly? LastDate);
