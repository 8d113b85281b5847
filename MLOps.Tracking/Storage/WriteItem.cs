using System.Data.Common;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Storage;

/// <summary>What waits for the group commit.</summary>
internal abstract class WriteItem
{
    /// <summary>The transaction is durable: tell the caller how the work went.</summary>
    public abstract void Complete();

    /// <summary>The transaction failed as a whole.</summary>
    public abstract void Fail(Exception exception);
}

/// <summary>A unit of work with a savepoint of its own.</summary>
internal abstract class WorkItem : WriteItem
{
    /// <returns>False when the work threw: its changes must be undone; the exception is kept for <see cref="WriteItem.Complete"/>.</returns>
    /// <exception cref="DbException">Somebody else's write came between, or the connection is lost: not this work's fault.</exception>
    public abstract bool TryRun(SqlSession session, bool lastAttempt);
}

internal sealed class WorkItem<T>(Func<SqlSession, T> work) : WorkItem
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private Exception? _exception;

    public Task<T> Task => _completion.Task;

    public override bool TryRun(SqlSession session, bool lastAttempt)
    {
        try
        {
            _result = work(session);
            return true;
        }
        catch (DbException exception) when (session.IsOpen && (lastAttempt || !session.Dialect.IsRace(exception)))
        {
            _exception = session.Dialect.Explain(exception);
            return false;
        }
#pragma warning disable CA1031 // Whatever the work throws belongs to its caller, who gets it from the task.
        catch (Exception exception) when (exception is not DbException)
#pragma warning restore CA1031
        {
            _exception = exception;
            return false;
        }
    }

    public override void Complete()
    {
        if (_exception is null)
        {
            _completion.SetResult(_result!);
        }
        else
        {
            _completion.SetException(_exception);
        }
    }

    public override void Fail(Exception exception) => _completion.TrySetException(exception);
}

/// <summary>Rows that are written together with everybody else's of their kind.</summary>
internal abstract class SetItem : WriteItem
{
    public abstract ISetWriter Writer { get; }

    /// <summary>Forgets a rejection: the set is written once more.</summary>
    public abstract void Reset();
}

/// <summary>Rows that want to know when they may be on disk, before their caller does.</summary>
internal interface ICommitted
{
    void OnCommitted();
}

/// <summary>One caller's part of a set.</summary>
internal sealed class SetItem<TItem>(SetWriter<TItem> writer, TItem item) : SetItem
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MLOpsException? _rejection;

    public Task Task => _completion.Task;

    public TItem Item => item;

    public bool IsRejected => _rejection is not null;

    public override ISetWriter Writer => writer;

    /// <summary>The caller gets this once the others' rows are durable; nothing of this item may be written.</summary>
    public void Reject(MLOpsException problem) => _rejection = problem;

    public override void Reset() => _rejection = null;

    public override void Complete()
    {
        (item as ICommitted)?.OnCommitted();
        if (_rejection is null)
        {
            _completion.SetResult();
        }
        else
        {
            _completion.SetException(_rejection);
        }
    }

    public override void Fail(Exception exception)
    {
        // Of a commit whose connection broke nobody knows the end.
        (item as ICommitted)?.OnCommitted();
        _completion.TrySetException(exception);
    }
}
