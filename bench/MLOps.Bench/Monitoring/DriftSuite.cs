using System.Diagnostics;
using System.Globalization;
using MLOps.Bench.Load;
using MLOps.Monitoring.Drift;

namespace MLOps.Bench.Monitoring;

/// <summary>What one monitored observation costs the grain that watches an endpoint, and what a verdict costs; one thread, without the call that brings it and the write of its state.</summary>
internal static class DriftSuite
{
    private const int TrainingRows = 4_000;
    private const int Rounds = 20;

    private static readonly long Month = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public static void Run(int features, TextWriter output)
    {
        var random = new Random(1);
        double[] Row() => [.. Enumerable.Range(0, features).Select(_ => random.NextDouble())];
        var training = Enumerable.Range(0, TrainingRows).Select(_ => Row()).ToArray();
        var profile = BlockCalibration.Calibrate(
            [.. Enumerable.Range(0, features).Select(i => new ReferenceFeature($"f{i}", "features", i, [.. training.Select(row => row[i])]))],
            new DateOnly(2010, 1, 1),
            new DateOnly(2025, 12, 31),
            new CalibrationOptions());
        var judge = new WindowJudge(profile);
        var rows = Enumerable.Range(0, 100_000).Select(_ => Row()).ToArray();
        output.WriteLine($"{features} features, a profile of {TrainingRows} rows; median of {Rounds} rounds");
        Report("observation, while the window fills", DriftMonitor.MaximumCount, "µs", 1e6, () => Fed(judge, rows, DriftMonitor.MaximumCount), () => { }, output);
        Report("observation, once it is full", rows.Length - DriftMonitor.MaximumCount, "µs", 1e6, () => Fed(judge, rows, rows.Length), () => Fed(judge, rows, DriftMonitor.MaximumCount), output);
        foreach (var count in (int[])[21, 100, 500, DriftMonitor.MaximumCount])
        {
            Report($"verdict on {count} observations", 1, "ms", 1e3, () => Fed(judge, rows, count).JudgeOpen(), () => Fed(judge, rows, count), output);
        }
    }

    private static DriftMonitor Fed(WindowJudge judge, double[][] rows, int count)
    {
        var monitor = new DriftMonitor(judge);
        for (var i = 0; i < count; i++)
        {
            monitor.Observe(Month + (i * 20L), rows[i], out _);
        }

        return monitor;
    }

    /// <param name="work">What is timed.</param>
    /// <param name="less">What of it is not meant: timed too, and taken off.</param>
    private static void Report(string name, int times, string unit, double perSecond, Action work, Action less, TextWriter output)
    {
        double[] taken = [.. Enumerable.Range(0, 2 * Rounds).Select(_ => (Seconds(work) - Seconds(less)) / times * perSecond).Skip(Rounds).Order()];
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-40}{Percentile.At(taken, .5),10:0.000} {unit}"));
    }

    private static double Seconds(Action work)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
