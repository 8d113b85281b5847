namespace MLOps.Dashboard.Datasets;

/// <summary>A file that a person chose.</summary>
public sealed record DatasetUpload(string Name, string Kind, Stream Content);
