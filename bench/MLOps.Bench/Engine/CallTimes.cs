using System.Diagnostics;
using System.Globalization;

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
        double At(double quantile) => sorted[Math.Clamp((int)Math.Ceiling(quantile * sorted.Length) - 1, 0, sorted.Length - 1)];
        Median = At(.5);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Name,-26}{Median,9:0.00}{At(.99),10:0.00}{At(.999),10:0.00}{At(1),10:0}{(double)_allocated / _calls,10:0}{(raw is { } ceiling ? $"{Median - ceiling,+9:+0.00;-0.00}" : ""),9}");
    }
}
