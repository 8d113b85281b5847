using System.Globalization;

namespace MLOps.Silo.Training;

/// <summary>Ends a training that takes more memory than it may, before the operating system ends the process and all that it serves.
/// A tensor library's memory is not the runtime's, so it is the growth of the whole process that counts.</summary>
internal sealed class MemoryWatch : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _over = new();
    private readonly Task _watching;
    private volatile string? _fault;

    private MemoryWatch(long limit, CancellationTokenSource cancel, TimeProvider time)
    {
        var before = Environment.WorkingSet;
        _watching = Task.Run(() => WatchAsync(limit, before, cancel, time));
    }

    /// <summary>Why the training was cancelled; null: not for its memory.</summary>
    public string? Fault => _fault;

    public static MemoryWatch Start(long limit, CancellationTokenSource cancel, TimeProvider time) => new(limit, cancel, time);

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _watching;
        _over.Dispose();
    }

    private async Task WatchAsync(long limit, long before, CancellationTokenSource cancel, TimeProvider time)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_over.Token))
            {
                if (Environment.WorkingSet - before > limit && GrowthWithoutGarbage(before) is var growth && growth > limit)
                {
                    _fault = string.Create(
                        CultureInfo.InvariantCulture,
                        $"The process has grown by {growth >> 20} MiB since this training began, and a job may take {limit >> 20} MiB ({TrainingOptions.SectionName}:{nameof(TrainingOptions.MemoryPerJob)}): give it less data or a smaller model, or more memory.");
                    await cancel.CancelAsync();
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // The training has ended.
        }
    }

    private static long GrowthWithoutGarbage(long before)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Environment.WorkingSet - before;
    }
}
