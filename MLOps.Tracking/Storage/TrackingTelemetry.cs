using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MLOps.Tracking.Storage;

/// <summary>What the store tells OpenTelemetry: how long its commits take and what they carry, and a span for each write, which waits for a commit on another thread.</summary>
internal static class TrackingTelemetry
{
    public const string Name = "MLOps.Tracking";

    private static readonly Meter Meter = new(Name);
    private static readonly ActivitySource Source = new(Name);
    private static readonly Histogram<double> Commit = Meter.CreateHistogram<double>("mlops.tracking.commit.duration", "s", "One transaction of the group commit, from its first item to the disk");
    private static readonly Histogram<int> Items = Meter.CreateHistogram<int>("mlops.tracking.commit.items", "{item}", "Writes that one transaction carried");

    /// <summary>Whether somebody collects spans; else a write is not worth one.</summary>
    public static bool Traces => Source.HasListeners();

    public static long Begin() => Stopwatch.GetTimestamp();

    public static void Committed(long begun, int items)
    {
        Commit.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds);
        Items.Record(items);
    }

    /// <param name="write">Starts the write.</param>
    public static async Task<T> TraceAsync<T>(Func<Task<T>> write)
    {
        using var span = Source.StartActivity("tracking write", ActivityKind.Client);
        return await write();
    }
}
