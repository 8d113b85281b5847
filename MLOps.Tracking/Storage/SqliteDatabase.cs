using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Storage;

/// <summary>An open SQLite file: one writer with group commit, and read sessions that it never blocks (WAL).</summary>
internal sealed class SqliteDatabase : IAsyncDisposable
{
    private readonly string _connectionString;
    private readonly ConcurrentBag<SqlSession> _readers = [];
    private readonly GroupCommitWriter _writer;
    private volatile bool _disposed;

    private SqliteDatabase(string path)
    {
        Path = path;
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 30 }.ToString();
        _writer = new GroupCommitWriter(Connect(readOnly: false));
    }

    public string Path { get; }

    /// <summary>Opens the file, creates what is missing, and refuses what is not ours to touch.</summary>
    /// <exception cref="StoreOpenException">Corrupt, not writable, or of another schema revision. The file is as it was.</exception>
    public static SqliteDatabase Open(string path, string artifactRoot, TimeProvider clock)
    {
        SqliteSchema.Prepare(path, artifactRoot, clock);
        return new SqliteDatabase(path);
    }

    /// <inheritdoc cref="GroupCommitWriter.WriteAsync{T}"/>
    public Task<T> WriteAsync<T>(Func<SqlSession, T> work, CancellationToken cancellationToken) => _writer.WriteAsync(work, cancellationToken);

    public Task WriteAsync(Action<SqlSession> work, CancellationToken cancellationToken) => _writer.WriteAsync(
        session =>
        {
            work(session);
            return true;
        },
        cancellationToken);

    /// <summary>Reads what has been committed. SQLite has no asynchronous reads; they run on the caller's thread.</summary>
    public T Read<T>(Func<SqlSession, T> work)
    {
        if (_disposed)
        {
            throw new MLOpsException(ProblemCode.Unavailable, "The store is closed.");
        }

        var session = _readers.TryTake(out var idle) ? idle : Connect(readOnly: true);
        try
        {
            var result = work(session);
            _readers.Add(session);
            return result;
        }
        catch (MLOpsException)
        {
            _readers.Add(session);
            throw;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await _writer.DisposeAsync();
        while (_readers.TryTake(out var session))
        {
            session.Dispose();
        }
    }

    private SqlSession Connect(bool readOnly)
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        using var pragmas = connection.CreateCommand();
        pragmas.CommandText = readOnly
            ? "PRAGMA busy_timeout=30000; PRAGMA query_only=ON; PRAGMA case_sensitive_like=ON; PRAGMA mmap_size=268435456; PRAGMA cache_size=-16384;"
            : "PRAGMA busy_timeout=30000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;";
        pragmas.ExecuteNonQuery();
        return new SqlSession(connection);
    }
}
