using MLOps.Testing;
using MLOps.Tracking.Artifacts;
using MLOps.Tracking.Models;
using MLOps.Tracking.Runs;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Tests.Storage;

/// <summary>The real stores on a real file in a temporary folder.</summary>
internal sealed class OpenStore : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    public OpenStore() => Open();

    public string Path => _folder.Combine("mlflow.db");

    public SqliteDatabase Database { get; private set; } = null!;

    public ITrackingStore Tracking { get; private set; } = null!;

    public IModelRegistryStore Registry { get; private set; } = null!;

    public IStateStore States { get; private set; } = null!;

    public IArtifactStore Artifacts => new LocalArtifactStore(_folder.Combine("artifacts"));

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
        Database = SqliteDatabase.Open(Path, ArtifactUri.Scheme + "/", TimeProvider.System);
        Tracking = new SqliteTrackingStore(Database, ArtifactUri.Scheme, TimeProvider.System);
        Registry = new SqliteModelRegistryStore(Database, TimeProvider.System);
        States = new SqliteStateStore(Database, TimeProvider.System);
    }
}
