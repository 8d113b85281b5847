using MLOps.Client.Datasets;

namespace MLOps.Dashboard.Datasets;

/// <summary>What a person looks at of one version.</summary>
public sealed record DatasetView(DatasetVersion Version, DatasetProfile Profile, DatasetPreview Preview);
