using System.Threading.Channels;
using MLOps.Silo.Jobs;

namespace MLOps.Silo.Batch;

/// <summary>Runs one job on one thread of low priority, from its first line to its last: what it awaits comes back to this thread.
/// So a job never takes more than one core, and gives that up to whoever serves requests.</summary>
internal sealed class BatchThread : SynchronizationContext
{
    private readonly Channel<(SendOrPostCallback Callback, object? State)> _waiting = Channel.CreateUnbounded<(SendOrPostCallback, object?)>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Ends when the job and its thread have.</summary>
    public static Task RunAsync(Func<Task> job)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        LowPriorityThread.Start("mlops-batch", () => new BatchThread().Run(job, ended));
        return ended.Task;
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        // Something that the job left running may come back after its end.
        if (!_waiting.Writer.TryWrite((d, state)))
        {
            base.Post(d, state);
        }
    }

    private void Run(Func<Task> job, TaskCompletionSource ended)
    {
        SetSynchronizationContext(this);
        Task task;
        try
        {
            task = job();
        }
        catch (Exception exception)
        {
            task = Task.FromException(exception);
        }

        task.ContinueWith(_ => _waiting.Writer.Complete(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_waiting.Reader.TryRead(out var next))
            {
                next.Callback(next.State);
            }
        }

        ended.SetFromTask(task);
    }
}
