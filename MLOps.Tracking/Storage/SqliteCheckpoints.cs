using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MLOps.Tracking.Storage;

/// <summary>Moves pages from SQLite's log into the database while others commit.</summary>
/// <param name="connect">Opens a session of its own.</param>
internal sealed class SqliteCheckpoints(Func<SqliteConnection> connect) : IDisposable
{
    private readonly Lock _lock = new();
    private Task _last = Task.CompletedTask;
    private SqliteConnection? _connection;
    private bool _disposed;

    /// <summary>Starts, unless it is going on already.</summary>
    public void Request()
    {
        lock (_lock)
        {
            if (_last.IsCompleted && !_disposed)
            {
                _last = Task.Run(Checkpoint);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
        }

        _last.Wait();
        _connection?.Dispose();
    }

    // Passive: waits for nobody, and nobody waits for it. What it could not move it moves the next time.
    private void Checkpoint()
    {
        try
        {
            _connection ??= connect();
            _ = raw.sqlite3_wal_checkpoint_v2(_connection.Handle, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out _, out _);
        }
        catch (SqliteException)
        {
            // No session to be had (no more files, no memory): nothing is lost but time, a commit moves the pages when the log is long.
        }
    }
}
