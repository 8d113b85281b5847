using MLOps.Tracking.Storage;

namespace MLOps.Tracking;

/// <summary>Where experiments, runs, models and artifacts are kept.</summary>
public sealed class TrackingOptions
{
    public const string SectionName = "MLOps:Tracking";

    /// <summary>Folder of the database and the artifacts. Default: <c>mlops-data</c> in the current directory.</summary>
    public string DataDirectory { get; set; } = "mlops-data";

    /// <summary>The store of experiments and runs, as MLflow's users name it: <c>sqlite:///path</c>, <c>postgresql://user:password@host:port/database</c>,
    /// or <c>http(s)://host:port</c> of an MLflow server that has the truth (see <see cref="UpstreamOptions"/>). Falls back to MLFLOW_BACKEND_STORE_URI, then MLFLOW_TRACKING_URI. Default: <c>mlflow.db</c> in <see cref="DataDirectory"/>.</summary>
    public string? TrackingUri { get; set; }

    /// <summary>The store of registered models, when it is another one. Falls back to MLFLOW_REGISTRY_STORE_URI, then MLFLOW_REGISTRY_URI. Default: the store of runs.</summary>
    public string? RegistryUri { get; set; }

    /// <summary>Artifact location of new experiments. Falls back to MLFLOW_ARTIFACT_ROOT. Default: <c>mlflow-artifacts:/</c>, the folder <c>artifacts</c> in <see cref="DataDirectory"/> served by this platform.</summary>
    public string? ArtifactRoot { get; set; }

    /// <summary>Address of the store of runs.</summary>
    public string StoreAddress => TrackingUri ?? LocalAddress;

    /// <summary>Address of the store of runs, without a password.</summary>
    public string StoreName => StoreUri.WithoutPassword(StoreAddress);

    /// <summary>What kind of store has the runs: <c>SqliteStore</c>, <c>PostgresStore</c> or <c>RestStore</c>.</summary>
    public string StoreKind => StoreUri.IsHttp(StoreAddress) ? "RestStore" : StoreUri.IsPostgres(StoreAddress) ? "PostgresStore" : "SqliteStore";

    /// <summary>Address of the database of grain state and of our own tables: the store of runs, or <c>mlflow.db</c> in <see cref="DataDirectory"/> when that is another server.</summary>
    public string StateAddress => StoreUri.IsHttp(StoreAddress) ? LocalAddress : StoreAddress;

    /// <summary>Address of the store of models.</summary>
    public string RegistryAddress => RegistryUri ?? StoreAddress;

    /// <summary>Address of the store of models, without a password.</summary>
    public string RegistryName => StoreUri.WithoutPassword(RegistryAddress);

    /// <summary>Full path of the artifact folder.</summary>
    public string ArtifactDirectory => Path.Combine(Path.GetFullPath(DataDirectory), "artifacts");

    /// <summary>Root of new experiments' artifact locations.</summary>
    public string ArtifactLocation => ArtifactRoot ?? ArtifactUri.Scheme;

    private string LocalAddress => SqlitePrefix + Path.Combine(Path.GetFullPath(DataDirectory), "mlflow.db");

    internal const string SqlitePrefix = "sqlite:///";
}
