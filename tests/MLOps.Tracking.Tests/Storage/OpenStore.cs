using MLOps.Testing;
using MLOps.Tracking.Artifacts;
using MLOps.Tracking.LoggedModels;
using MLOps.Tracking.Models;
using MLOps.Tracking.Runs;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Tests.Storage;

/// <summary>The real stores on a real database.</summary>
internal sealed class OpenStore : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string? _uri;

    /// <param name="uri">An empty database; null: a new SQLite file.</param>
    public OpenStore(string? uri = null)
    {
        _uri = uri;
        Open();
    }

    public string Path => _folder.Combine("mlflow.db");

    public SqlDatabase Database { get; private set; } = null!;

    public ITrackingStore Tracking { get; private set; } = null!;

    public IModelRegistryStore Registry { get; private set; } = null!;

    public ILoggedModelStore LoggedModels { get; private set; } = null!;

    public IStateStore States { get; private set; } = null!;

    public IArtifactStore Artifacts => new LocalArtifactStore(_folder.Combine("artifacts"), TimeProvider.System);

    public string Combine(string name) => _folder.Combine(name);

    /// <summary>Closes the file and opens it again, as a restart does.</summary>
    public async Task RestartAsync()
    {
        await Database.DisposeAsync();
        Open();
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _folder.Dispose();
    }

    private void Open()
    {
        Database = SqlDatabase.Open(_uri ?? "sqlite:///" + Path, ArtifactUri.Scheme + "/", TimeProvider.System);
        Tracking = new SqlTrackingStore(Database, ArtifactUri.Scheme, TimeProvider.System);
        Registry = new SqlModelRegistryStore(Database, TimeProvider.System);
        LoggedModels = new SqlLoggedModelStore(Database, TimeProvider.System);
        States = new SqlStateStore(Database, TimeProvider.System);
    }
}
