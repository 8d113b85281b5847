using MLOps.Contracts.Runs;

namespace MLOps.Silo.Tests.Runs;

/// <summary>Does not return from its first notification until it is disposed.</summary>
internal sealed class StuckRunObserver : IRunObserver, IDisposable
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Entered => _entered.Task;

    public Task OnMetricsAsync(IReadOnlyList<Metric> metrics)
    {
        _entered.TrySetResult();
        return _release.Task;
    }

    public Task OnUpdatedAsync(RunInfo info) => Task.CompletedTask;

    public void Dispose() => _release.TrySetResult();
}
