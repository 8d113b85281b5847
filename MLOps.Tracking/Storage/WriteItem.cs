namespace MLOps.Tracking.Storage;

/// <summary>A unit of work that waits for the group commit.</summary>
internal abstract class WriteItem
{
    /// <returns>False when the work threw: its changes must be undone; the exception is kept for <see cref="Complete"/>.</returns>
    public abstract bool TryRun(SqlSession session);

    /// <summary>The transaction is durable: tell the caller how the work went.</summary>
    public abstract void Complete();

    /// <summary>The transaction failed as a whole.</summary>
    public abstract void Fail(Exception exception);
}

internal sealed class WriteItem<T>(Func<SqlSession, T> work) : WriteItem
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private Exception? _exception;

    public Task<T> Task => _completion.Task;

    public override bool TryRun(SqlSession session)
    {
        try
        {
            _result = work(session);
            return true;
        }
#pragma warning disable CA1031 // Whatever the work throws belongs to its caller, who gets it from the task.
        catch (Exception exception)
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
