using MLOps.Contracts.Datasets;

namespace MLOps.Gateway.Datasets;

/// <summary>How the columns of a version are distributed.</summary>
internal sealed record DatasetProfileResponse(string Name, int Version, long Rows, IReadOnlyList<ColumnProfile> Columns);
