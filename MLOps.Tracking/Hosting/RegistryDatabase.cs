using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Hosting;

/// <summary>The database of the registry: the one of the runs, or another. Where another server has the models, the platform's own, which then has none.</summary>
/// <param name="Owned">Whether it is closed here, or by whoever opened it.</param>
internal sealed record RegistryDatabase(SqlDatabase Database, bool Owned) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Owned ? Database.DisposeAsync() : ValueTask.CompletedTask;
}
