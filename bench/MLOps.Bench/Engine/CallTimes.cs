using System.Diagnostics;
using System.Globalization;
using MLOps.Bench.Load;

namespace MLOps.Bench.Engine;

/// <summary>Latencies and allocations of one kind of call.</summary>
internal sealed class CallTimes(string name, Action call)
{
    private readonly List<long> _ticks = [];
    private long _allocated;
    private long _calls;

    public string Name { get; } = name;

    /// <summary>Median in µs.</summary>
    public double Median { get; private set; }

    public void Run(int calls, bool record)
    {
        var ticks = new long[calls];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < calls; i++)
        {
            var start = Stopwatch.GetTimestamp();
            call();
            ticks[i] = Stopwatch.GetTimestamp() - start;
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (record)
        {
            _allocated += allocated;
            _calls += calls;
            _ticks.AddRange(ticks);
        }
    }

    /// <param name="raw">Median of the ceiling, in µs.</param>
    public string Report(double? raw)
    {
        var sorted = _ticks.Select(ticks => ticks * 1e6 / Stopwatch.Frequency).Order().ToArray();
        Median = Percentile.At(sorted, .5);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Name,-26}{Median,9:0.00}{Percentile.Column(sorted, .99, "0.00"),10}{Percentile.Column(sorted, .999, "0.00"),10}{Percentile.Column(sorted, 1, "0"),10}{(double)_allocated / _calls,10:0}{(raw is { } ceiling ? $"{Median - ceiling,+9:+0.00;-0.00}" : ""),9}");
    }
}
