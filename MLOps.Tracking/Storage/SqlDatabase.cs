using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Storage;

/// <summary>An open database: one writer with group commit, and read sessions beside it.</summary>
internal abstract class SqlDatabase : IAsyncDisposable
{
    private const int ReadAttempts = 2;
    private readonly ConcurrentBag<SqlSession> _idle = [];
    private readonly SemaphoreSlim _readers;
    private readonly Lazy<GroupCommitWriter> _writer;
    private volatile bool _disposed;

    /// <param name="maxReaders">Read sessions at a time; further readers wait.</param>
    /// <param name="clock">For the age of what was read.</param>
    protected SqlDatabase(int maxReaders, TimeProvider clock)
    {
        _readers = new SemaphoreSlim(maxReaders);
        Foreign = new ForeignWrites(clock);
        _writer = new Lazy<GroupCommitWriter>(() => new GroupCommitWriter(ConnectWriter, Foreign));
    }

    /// <summary>Other programs' writes.</summary>
    public ForeignWrites Foreign { get; }

    public abstract SqlDialect Dialect { get; }

    /// <summary>How people name this database, without its password.</summary>
    public abstract string Name { get; }

    /// <summary>Opens what the URI names, creates what is missing, and refuses what is not ours to touch.</summary>
    /// <param name="uri"><c>sqlite:///path</c> or <c>postgresql://user:password@host:port/database</c>.</param>
    /// <param name="artifactRoot">Artifact location of the first experiment, without its number.</param>
    /// <param name="clock">Source of its creation time.</param>
    /// <exception cref="StoreOpenException">Corrupt, not writable, not reachable, or of another schema revision. Nothing was changed.</exception>
    public static SqlDatabase Open(string uri, string artifactRoot, TimeProvider clock) => StoreUri.IsPostgres(uri)
        ? PostgresDatabase.Open(uri, artifactRoot, clock)
        : SqliteDatabase.Open(StoreUri.SqlitePath(uri), artifactRoot, clock);

    /// <inheritdoc cref="GroupCommitWriter.WriteAsync{T}(Func{SqlSession, T}, CancellationToken)"/>
    public Task<T> WriteAsync<T>(Func<SqlSession, T> work, CancellationToken cancellationToken) => TrackingTelemetry.Traces
        ? TrackingTelemetry.TraceAsync(() => _writer.Value.WriteAsync(work, cancellationToken))
        : _writer.Value.WriteAsync(work, cancellationToken);

    public Task WriteAsync(Action<SqlSession> work, CancellationToken cancellationToken) => WriteAsync(
        session =>
        {
            work(session);
            return true;
        },
        cancellationToken);

    /// <inheritdoc cref="GroupCommitWriter.WriteAsync{TItem}(SetWriter{TItem}, TItem, CancellationToken)"/>
    public Task WriteAsync<TItem>(SetWriter<TItem> writer, TItem item, CancellationToken cancellationToken) => TrackingTelemetry.Traces
        ? TrackingTelemetry.TraceAsync(async () =>
        {
            await _writer.Value.WriteAsync(writer, item, cancellationToken);
            return true;
        })
        : _writer.Value.WriteAsync(writer, item, cancellationToken);

    /// <summary>Work that may take long, in a transaction of its own: where the database lets others write meanwhile, nobody's commit waits for it.
    /// Where it does not (SQLite), it is part of a group commit like any other.</summary>
    public virtual Task<T> WriteApartAsync<T>(Func<SqlSession, T> work, CancellationToken cancellationToken) => WriteAsync(work, cancellationToken);

    /// <summary>Reads what has been committed, on the caller's thread: SQLite has no asynchronous reads, and PostgreSQL answers these in well under a millisecond.</summary>
    /// <exception cref="MLOpsException">Unavailable: the database does not answer.</exception>
    public T Read<T>(Func<SqlSession, T> work)
    {
        _readers.Wait();
        return ReadNow(work);
    }

    /// <summary>As <see cref="Read"/>, for who reads already: it does not wait for a session that may be held by another who waits.</summary>
    /// <returns>False: none is free.</returns>
    public bool TryRead<T>(Func<SqlSession, T> work, [MaybeNullWhen(false)] out T result)
    {
        if (!_readers.Wait(0))
        {
            result = default;
            return false;
        }

        result = ReadNow(work);
        return true;
    }

    private T ReadNow<T>(Func<SqlSession, T> work)
    {
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                var session = _idle.TryTake(out var idle) ? idle : Connect();
                try
                {
                    var result = work(session);
                    _idle.Add(session);
                    return result;
                }
                catch (MLOpsException)
                {
                    _idle.Add(session);
                    throw;
                }
                catch (DbException exception)
                {
                    session.Dispose();
                    var problem = session.Dialect.Explain(exception);
                    if (problem.Code != ProblemCode.Unavailable || attempt == ReadAttempts)
                    {
                        throw problem;
                    }

                    // The connection broke, perhaps hours ago: the other idle ones broke with it.
                    DropIdle();
                }
                catch
                {
                    session.Dispose();
                    throw;
                }
            }
        }
        catch (ObjectDisposedException exception)
        {
            throw new MLOpsException(ProblemCode.Unavailable, "The store is closed.", exception);
        }
        finally
        {
            _readers.Release();
        }
    }

    private SqlSession Connect()
    {
        try
        {
            return ConnectReader();
        }
        catch (DbException exception)
        {
            throw new MLOpsException(ProblemCode.Unavailable, $"The database takes no connection ({exception.Message}): try again.", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        if (_writer.IsValueCreated)
        {
            await _writer.Value.DisposeAsync();
        }

        DropIdle();
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts the writer; before that nobody looks for other programs' writes.</summary>
    protected void Start() => _ = _writer.Value;

    protected abstract SqlSession ConnectReader();

    protected abstract SqlSession ConnectWriter();

    protected virtual ValueTask CloseAsync() => ValueTask.CompletedTask;

    private void DropIdle()
    {
        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }
}
