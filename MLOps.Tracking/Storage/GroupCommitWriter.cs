using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Storage;

/// <summary>The one writer of the database. It drains everything that waits into one transaction, each item under its own savepoint,
/// and completes the items only after the commit is on disk. No timer: a lone write commits at once, a crowd shares one fsync.</summary>
internal sealed class GroupCommitWriter : IAsyncDisposable
{
    private const int QueueLimit = 8192;
    private const int MaxItemsPerCommit = 4096;

    private readonly Channel<WriteItem> _queue = Channel.CreateBounded<WriteItem>(new BoundedChannelOptions(QueueLimit) { SingleReader = true });
    private readonly SqlSession _session;
    private readonly Thread _thread;

    public GroupCommitWriter(SqlSession session)
    {
        _session = session;
        _thread = new Thread(Run) { IsBackground = true, Name = "mlops-group-commit" };
        _thread.Start();
    }

    /// <summary>Runs the work in the next transaction and returns after the commit.</summary>
    /// <param name="work">Runs on the writer's thread; when it throws, what it wrote is undone and nothing else is.</param>
    /// <param name="cancellationToken">Ends the wait for a place in the queue; work that has a place is carried out.</param>
    public async Task<T> WriteAsync<T>(Func<SqlSession, T> work, CancellationToken cancellationToken)
    {
        var item = new WriteItem<T>(work);
        try
        {
            await _queue.Writer.WriteAsync(item, cancellationToken);
        }
        catch (ChannelClosedException exception)
        {
            throw new MLOpsException(ProblemCode.Unavailable, "The store is closing: try again when the platform runs.", exception);
        }

        return await item.Task;
    }

    /// <summary>Refuses new work, commits what waits, ends the thread.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_queue.Writer.TryComplete())
        {
            await Task.Run(_thread.Join);
            _session.Dispose();
        }
    }

    private void Run()
    {
        var batch = new List<WriteItem>();
        while (WaitForWork())
        {
            batch.Clear();
            try
            {
                _session.Execute("BEGIN IMMEDIATE");
                while (batch.Count < MaxItemsPerCommit && _queue.Reader.TryRead(out var item))
                {
                    batch.Add(item);
                    RunItem(item);
                }

                _session.Execute("COMMIT");
            }
            catch (SqliteException exception)
            {
                Fail(batch, exception);
                continue;
            }

            foreach (var item in batch)
            {
                item.Complete();
            }
        }
    }

    // The channel's reader is asynchronous; this thread has nothing else to do than to wait for it.
    private bool WaitForWork() => _queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult();

    private void RunItem(WriteItem item)
    {
        _session.Execute("SAVEPOINT item");
        if (!item.TryRun(_session))
        {
            _session.Execute("ROLLBACK TO item");
        }

        _session.Execute("RELEASE item");
    }

    private void Fail(List<WriteItem> batch, SqliteException exception)
    {
        var rollbackFailed = TryRollback();
        var problem = new MLOpsException(
            ProblemCode.Unavailable,
            $"The database did not take the write ({exception.Message}){rollbackFailed}: nothing of it was kept, try again.",
            exception);
        foreach (var item in batch)
        {
            item.Fail(problem);
        }

        if (batch.Count == 0 && _queue.Reader.TryRead(out var first))
        {
            // BEGIN itself failed (another process holds the lock): the first waiter hears of it, the rest are tried again.
            first.Fail(problem);
        }
    }

    /// <returns>Empty, or what the rollback said. SQLite may have rolled back by itself already.</returns>
    private string TryRollback()
    {
        try
        {
            _session.Execute("ROLLBACK");
            return string.Empty;
        }
        catch (SqliteException exception)
        {
            return exception.Message.Contains("no transaction", StringComparison.Ordinal) ? string.Empty : $", nor the rollback ({exception.Message})";
        }
    }
}
