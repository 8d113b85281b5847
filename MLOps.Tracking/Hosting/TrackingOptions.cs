using MLOps.Tracking.Storage;
using Npgsql;

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

    /// <summary>Artifact location of new experiments: <c>mlflow-artifacts:/</c>, <c>s3://bucket/path</c>, a folder or <c>file:///path</c>.
    /// Before another MLflow server, which gives its own experiments their location, it is taken and has no effect, as in MLflow. Falls back to MLFLOW_DEFAULT_ARTIFACT_ROOT, then MLFLOW_ARTIFACT_ROOT. Default: <c>mlflow-artifacts:/</c>, or <c>./mlruns</c> when artifacts are not served.</summary>
    public string? DefaultArtifactRoot { get; set; }

    /// <summary>Where <c>mlflow-artifacts:/</c> is kept: a folder, <c>file:///path</c> or <c>s3://bucket/path</c>. Falls back to MLFLOW_ARTIFACTS_DESTINATION.
    /// Default: the folder <c>artifacts</c> in <see cref="DataDirectory"/>.</summary>
    public string? ArtifactsDestination { get; set; }

    /// <summary>Whether clients may send and fetch artifacts through this server. Falls back to MLFLOW_SERVE_ARTIFACTS. Default: true.</summary>
    public bool? ServeArtifacts { get; set; }

    /// <summary>Whether artifacts are all that is served of the MLflow protocol. Falls back to MLFLOW_ARTIFACTS_ONLY. Default: false.</summary>
    public bool? ArtifactsOnly { get; set; }

    /// <summary>Further places whose artifacts this server reads and writes: folders and <c>s3://bucket/path</c> prefixes. Once an S3 prefix is named, S3 locations outside all of them
    /// (and outside the two above) are refused. Default: empty: no further folder, and every bucket that the credentials reach.</summary>
    public IList<string> AllowedArtifactRoots { get; } = [];

    /// <summary>Regular expression that a model version's source must match, as MLflow's MLFLOW_CREATE_MODEL_VERSION_SOURCE_VALIDATION_REGEX, to which it falls back. Default: none.</summary>
    public string? ModelSourcePattern { get; set; }

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

    /// <summary>Where <c>mlflow-artifacts:/</c> is kept.</summary>
    public string Destination => ArtifactsDestination ?? Path.Combine(Path.GetFullPath(DataDirectory), "artifacts");

    /// <summary>Address of the store of models, without a password.</summary>
    public string RegistryName => StoreUri.WithoutPassword(RegistryAddress);

    /// <summary>Root of new experiments' artifact locations; a local path is absolute.</summary>
    public string ArtifactLocation => OwnArtifactRoot is { } root ? LocalPath.Absolute(root) : ServesArtifacts ? ArtifactUri.Scheme : LocalPath.Absolute("mlruns");

    /// <summary>Whether <c>mlflow-artifacts</c> routes are served.</summary>
    public bool ServesArtifacts => ServeArtifacts ?? true;

    /// <summary>How to connect to the database of grain state; null: it is not on PostgreSQL.</summary>
    public NpgsqlConnectionStringBuilder? PostgresSettings() => StoreUri.IsPostgres(StateAddress) ? StoreUri.Postgres(StateAddress) : null;

    /// <summary><see cref="DefaultArtifactRoot"/> where it decides anything.</summary>
    internal string? OwnArtifactRoot => StoreUri.IsHttp(StoreAddress) ? null : DefaultArtifactRoot;

    /// <summary>Whether a database or artifacts are on this machine's disk.</summary>
    internal bool KeepsDataInDirectory => !StoreUri.IsPostgres(StateAddress) || (RegistryUri is { } registry && StoreUri.IsSqlite(registry)) || LocalPath.Is(Destination) || LocalPath.Is(ArtifactLocation);

    /// <summary>Full paths of the folders below which local artifact locations are read and written.</summary>
    internal IEnumerable<string> LocalRoots =>
        (StoreUri.IsHttp(StoreAddress) ? AllowedArtifactRoots : AllowedArtifactRoots.Append(Destination).Append(ArtifactLocation)).Where(LocalPath.Is).Select(LocalPath.Full).Distinct();

    private string LocalAddress => SqlitePrefix + Path.Combine(Path.GetFullPath(DataDirectory), "mlflow.db");

    internal const string SqlitePrefix = "sqlite:///";
}
