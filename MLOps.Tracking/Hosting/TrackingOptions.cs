namespace MLOps.Tracking;

/// <summary>Where experiments, runs, models and artifacts are kept.</summary>
public sealed class TrackingOptions
{
    public const string SectionName = "MLOps:Tracking";

    /// <summary>Folder of the database and the artifacts. Default: <c>mlops-data</c> in the current directory.</summary>
    public string DataDirectory { get; set; } = "mlops-data";

    /// <summary>The store, as MLflow's users name it: <c>sqlite:///path</c>. Falls back to MLFLOW_TRACKING_URI. Default: <c>mlflow.db</c> in <see cref="DataDirectory"/>.</summary>
    public string? TrackingUri { get; set; }

    /// <summary>Artifact location of new experiments. Falls back to MLFLOW_ARTIFACT_ROOT. Default: <c>mlflow-artifacts:/</c>, the folder <c>artifacts</c> in <see cref="DataDirectory"/> served by this platform.</summary>
    public string? ArtifactRoot { get; set; }

    /// <summary>Full path of the database file.</summary>
    public string DatabasePath => TrackingUri is { } uri
        ? Path.GetFullPath(uri[SqlitePrefix.Length..])
        : Path.Combine(Path.GetFullPath(DataDirectory), "mlflow.db");

    /// <summary>Full path of the artifact folder.</summary>
    public string ArtifactDirectory => Path.Combine(Path.GetFullPath(DataDirectory), "artifacts");

    /// <summary>Root of new experiments' artifact locations.</summary>
    public string ArtifactLocation => ArtifactRoot ?? ArtifactUri.Scheme;

    internal const string SqlitePrefix = "sqlite:///";
}
