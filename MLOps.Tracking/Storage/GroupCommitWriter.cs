using System.Data.Common;
using System.Threading.Channels;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Storage;

/// <summary>The one writer of a database in this process. It drains everything that waits into one transaction, each piece of work under
/// its own savepoint, rows of one kind together, and completes the items only after the commit is on disk.
/// No timer: a lone write commits at once, a crowd shares one fsync.</summary>
internal sealed class GroupCommitWriter : IAsyncDisposable
{
    private const int QueueLimit = 8192;
    private const int MaxItemsPerCommit = 4096;
    private const int Attempts = 3;

    private readonly Channel<WriteItem> _queue = Channel.CreateBounded<WriteItem>(new BoundedChannelOptions(QueueLimit) { SingleReader = true });
    private readonly Func<SqlSession> _connect;
    private readonly Thread _thread;
    private readonly ForeignWrites _watch;

    /// <summary>Work that went in a circle with another program's: each waits for a row that the other's transaction holds. Once more in a transaction
    /// of its own, which holds nothing that others wait for.</summary>
    private readonly Queue<WorkItem> _alone = new();
    private SqlSession? _session;

    /// <param name="connect">Opens the writing session; called again after the connection was lost.</param>
    /// <param name="watch">Looks for other programs' writes between the transactions.</param>
    public GroupCommitWriter(Func<SqlSession> connect, ForeignWrites watch)
    {
        _connect = connect;
        _watch = watch;
        watch.LookSoon = () => _queue.Writer.TryWrite(new Glance());
        _thread = new Thread(Run) { IsBackground = true, Name = "mlops-group-commit" };
        _thread.Start();
    }

    /// <summary>Runs the work in the next transaction and returns after the commit.</summary>
    /// <param name="work">Runs on the writer's thread; when it throws, what it wrote is undone and nothing else is. It may run again when another program's write came between.</param>
    /// <param name="cancellationToken">Ends the wait for a place in the queue; work that has a place is carried out.</param>
    public Task<T> WriteAsync<T>(Func<SqlSession, T> work, CancellationToken cancellationToken)
    {
        var item = new WorkItem<T>(work);
        return _queue.Writer.TryWrite(item) ? item.Task : WaitAsync(item, cancellationToken);
    }

    /// <summary>Writes rows together with all others of their kind that wait, and returns after the commit.</summary>
    public Task WriteAsync<TItem>(SetWriter<TItem> writer, TItem rows, CancellationToken cancellationToken)
    {
        var item = new SetItem<TItem>(writer, rows);
        return _queue.Writer.TryWrite(item) ? item.Task : WaitAsync(item, cancellationToken);
    }

    /// <summary>Refuses new work, commits what waits, ends the thread.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_queue.Writer.TryComplete())
        {
            await Task.Run(_thread.Join);
            _session?.Dispose();
        }
    }

    private async Task<T> WaitAsync<T>(WorkItem<T> item, CancellationToken cancellationToken)
    {
        await WaitForPlaceAsync(item, cancellationToken);
        return await item.Task;
    }

    private async Task WaitAsync<TItem>(SetItem<TItem> item, CancellationToken cancellationToken)
    {
        await WaitForPlaceAsync(item, cancellationToken);
        await item.Task;
    }

    private async ValueTask WaitForPlaceAsync(WriteItem item, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(item, cancellationToken);
        }
        catch (ChannelClosedException exception)
        {
            throw new MLOpsException(ProblemCode.Unavailable, "The store is closing: try again when the platform runs.", exception);
        }
    }

    private void Run()
    {
        var batch = new List<WriteItem>();
        while (WaitForWork())
        {
            var last = batch.Count;
            batch.Clear();
            try
            {
                _session ??= _connect();
                _watch.Look(_session);
                if (HasWrites())
                {
                    if (last > 1)
                    {
                        Gather();
                    }

                    Commit(_session, batch);
                }
            }
            catch (Exception exception) when (exception is DbException || _session is not { IsOpen: true })
            {
                _watch.Forget();
                Fail(batch, exception);
                continue;
            }

            foreach (var item in batch)
            {
                item.Complete();
            }
        }
    }

    private void Commit(SqlSession session, List<WriteItem> batch)
    {
        var begun = TrackingTelemetry.Begin();
        _watch.StepOwn();
        try
        {
            if (_alone.TryDequeue(out var alone))
            {
                batch.Add(alone);
                RunAlone(session, alone);
            }
            else
            {
                var (works, sets) = Drain(batch);
                if (batch.Count == 1 && works is [var only])
                {
                    RunAlone(session, only);
                }
                else if (works.Count > 0 || !TryCommitTogether(session, sets))
                {
                    session.Begin();
                    Write(session, batch, works, sets);
                    session.Commit();
                }
            }

            TrackingTelemetry.Committed(begun, batch.Count);
        }
        finally
        {
            _watch.StepOwn();
        }
    }

    /// <summary>The callers of the last commit come back one after another: lets them arrive, for as long as they do and no longer,
    /// rather than commit the first of them alone. No clock: it gives the processor away and looks again.</summary>
    private void Gather()
    {
        for (var count = 0; _queue.Reader.Count is var now && now > count && now < MaxItemsPerCommit; count = now)
        {
            Thread.Yield();
        }
    }

    // The channel's reader is asynchronous; this thread has nothing else to do than to wait for it.
    private bool WaitForWork() => _alone.Count > 0 || _queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Everything that waits, for one transaction. Requests that wait side by side have no order among themselves.</summary>
    private (List<WorkItem> Works, Dictionary<ISetWriter, List<SetItem>> Sets) Drain(List<WriteItem> batch)
    {
        var works = new List<WorkItem>();
        var sets = new Dictionary<ISetWriter, List<SetItem>>();
        while (batch.Count < MaxItemsPerCommit && _queue.Reader.TryRead(out var item))
        {
            batch.Add(item);
            if (item is SetItem part)
            {
                if (!sets.TryGetValue(part.Writer, out var set))
                {
                    sets[part.Writer] = set = [];
                }

                set.Add(part);
            }
            else if (item is WorkItem work)
            {
                works.Add(work);
            }
        }

        return (works, sets);
    }

    /// <summary>The usual case on a server: nothing but rows of the hot kinds, none of them at fault, in one message with their commit.</summary>
    /// <returns>False: nothing was written, step by step it may be.</returns>
    private bool TryCommitTogether(SqlSession session, Dictionary<ISetWriter, List<SetItem>> sets)
    {
        if (session.NewBatch() is not { } together)
        {
            return false;
        }

        foreach (var (writer, set) in sets)
        {
            writer.Add(session, together, set);
        }

        var changes = session.Changes;
        try
        {
            together.Commit();
        }
        catch (DbException exception) when (session.IsOpen && exception.SqlState is not null)
        {
            // The server said which statement it refused, so it has undone them all.
            _watch.Lose();
            ForgetRejections(sets);
            return false;
        }

        CountOwn(session, changes);
        return true;
    }

    private void Write(SqlSession session, List<WriteItem> batch, List<WorkItem> works, Dictionary<ISetWriter, List<SetItem>> sets)
    {
        foreach (var work in works)
        {
            if (!TryRunItem(session, work))
            {
                batch.Remove(work);
                _alone.Enqueue(work);
            }
        }

        var changes = session.Changes;
        if (works.Count == 0 && TryWrite(session, sets))
        {
            CountOwn(session, changes);
            return;
        }

        foreach (var (writer, set) in sets)
        {
            writer.WriteCarefully(session, set);
        }

        _watch.Lose();
    }

    private void CountOwn(SqlSession session, long changesBefore)
    {
        if (session.Changes > changesBefore)
        {
            _watch.CountOwn();
        }
        else
        {
            _watch.Lose();
        }
    }

    private static void ForgetRejections(Dictionary<ISetWriter, List<SetItem>> sets)
    {
        foreach (var item in sets.Values.SelectMany(set => set))
        {
            item.Reset();
        }
    }

    /// <summary>Drops the glances at the head of the queue: they are done by now.</summary>
    private bool HasWrites()
    {
        if (_alone.Count > 0)
        {
            return true;
        }

        while (_queue.Reader.TryPeek(out var next))
        {
            if (next is not Glance)
            {
                return true;
            }

            _queue.Reader.TryRead(out _);
        }

        return false;
    }

    /// <summary>The usual case: nothing but rows of the hot kinds, none of them at fault. No savepoints, so that most commits are three messages.</summary>
    /// <returns>False when something was at fault: a new transaction has been begun.</returns>
    private static bool TryWrite(SqlSession session, Dictionary<ISetWriter, List<SetItem>> sets)
    {
        try
        {
            foreach (var (writer, set) in sets)
            {
                writer.Write(session, set);
            }

            return true;
        }
        catch (Exception exception) when (exception is MLOpsException || (exception is DbException && session.IsOpen))
        {
            session.Rollback();
            session.Begin();
            ForgetRejections(sets);
            return false;
        }
    }

    /// <summary>A transaction of its own needs no savepoints, which are a message each.</summary>
    private void RunAlone(SqlSession session, WorkItem item)
    {
        for (var attempt = 1; ; attempt++)
        {
            session.Begin();
            try
            {
                if (item.TryRun(session, attempt == Attempts))
                {
                    session.Commit();
                }
                else
                {
                    session.Rollback();
                }

                _watch.Lose();
                return;
            }
            catch (DbException exception) when (session.IsOpen && attempt < Attempts && session.Dialect.IsRace(exception))
            {
                session.Rollback();
            }
        }
    }

    /// <returns>False: it has to run alone. What it wrote is undone.</returns>
    private static bool TryRunItem(SqlSession session, WorkItem item)
    {
        for (var attempt = 1; ; attempt++)
        {
            session.Execute("SAVEPOINT item");
            try
            {
                if (!item.TryRun(session, attempt == Attempts))
                {
                    session.Execute("ROLLBACK TO SAVEPOINT item");
                }

                session.Execute("RELEASE SAVEPOINT item");
                return true;
            }
            catch (DbException exception) when (session.IsOpen && attempt < Attempts && session.Dialect.IsRace(exception))
            {
                session.Execute("ROLLBACK TO SAVEPOINT item");
                session.Execute("RELEASE SAVEPOINT item");
                if (session.Dialect.IsDeadlock(exception))
                {
                    return false;
                }
            }
        }
    }

    private void Fail(List<WriteItem> batch, Exception exception)
    {
        var rollbackFailed = TryRollback();
        var problem = new MLOpsException(
            ProblemCode.Unavailable,
            $"The database did not take the write ({exception.Message}){rollbackFailed}: it may not have been kept, try again.",
            exception);
        if (batch.Count == 0 && FirstWaiter() is { } first)
        {
            // The database could not even be begun with: the first waiter hears of it, the rest are tried again.
            batch.Add(first);
        }

        foreach (var item in batch)
        {
            item.Fail(problem);
        }
    }

    private WriteItem? FirstWaiter() => _alone.TryDequeue(out var alone) ? alone : _queue.Reader.TryRead(out var first) ? first : null;

    /// <summary>Wakes the writer so that it looks for other programs' writes.</summary>
    private sealed class Glance : WriteItem
    {
        public override void Complete()
        {
        }

        public override void Fail(Exception exception)
        {
        }
    }

    /// <returns>Empty, or what the rollback said. The database may have rolled back by itself already.</returns>
    private string TryRollback()
    {
        if (_session is not { IsOpen: true })
        {
            _session?.Dispose();
            _session = null;
            return string.Empty;
        }

        try
        {
            _session.Rollback();
            return string.Empty;
        }
        catch (DbException exception)
        {
            return exception.Message.Contains("no transaction", StringComparison.Ordinal) ? string.Empty : $", nor the rollback ({exception.Message})";
        }
    }
}
