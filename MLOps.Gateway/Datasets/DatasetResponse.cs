using MLOps.Contracts.Datasets;

namespace MLOps.Gateway.Datasets;

/// <summary>A dataset with its versions, oldest first.</summary>
internal sealed record DatasetResponse(string Name, IReadOnlyList<DatasetVersion> Versions);
