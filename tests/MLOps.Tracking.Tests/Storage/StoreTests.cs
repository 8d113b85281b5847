namespace MLOps.Tracking.Tests.Storage;

/// <summary>Tests of the stores: on a SQLite file here; on PostgreSQL, and before another server (in MLOps.Gateway.Tests), in the derived classes.</summary>
public abstract class StoreTests
{
    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <returns>Address of an empty database or server; null: a new SQLite file.</returns>
    protected virtual string? DatabaseUri() => null;
}
