using System.Diagnostics;

namespace MLOps.Bench.Load;

/// <summary>Every latency of one worker, kept exactly.</summary>
internal sealed class LatencyRecorder
{
    private readonly List<long> _ticks = new(1 << 16);

    public long Errors { get; private set; }

    public string? FirstError { get; private set; }

    public void Success(long startedAt) => _ticks.Add(Stopwatch.GetTimestamp() - startedAt);

    public void Failure(string what)
    {
        Errors++;
        FirstError ??= what;
    }

    /// <summary>All workers' latencies in ms, ascending.</summary>
    public static double[] Merge(IEnumerable<LatencyRecorder> workers)
    {
        var all = workers.SelectMany(worker => worker._ticks).Select(ticks => ticks * 1000.0 / Stopwatch.Frequency).ToArray();
        Array.Sort(all);
        return all;
    }
}
