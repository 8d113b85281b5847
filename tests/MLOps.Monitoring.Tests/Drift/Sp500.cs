using System.Globalization;
using MLOps.Monitoring.Drift;
using MLOps.Testing;

namespace MLOps.Monitoring.Tests.Drift;

/// <summary>The repository's sample of S&amp;P 500 bars as the five monitored features.</summary>
internal static class Sp500
{
    private static readonly string[] Names = ["return", "abs_return", "log_range", "gap", "volume_change"];

    public static IReadOnlyList<(DateOnly Date, double[] Values)> Rows { get; } = Read();

    public static ReferenceProfile Profile { get; } = ProfileOf(Rows.Where(row => row.Date.Year <= 2016));

    public static ReferenceProfile ProfileOf(IEnumerable<(DateOnly Date, double[] Values)> rows)
    {
        var training = rows.ToArray();
        var features = Names.Select((name, i) => new ReferenceFeature(name, "features", i, [.. training.Select(row => row.Values[i])])).ToArray();
        return BlockCalibration.Calibrate(features, training[0].Date, training[^1].Date, new CalibrationOptions());
    }

    public static long EventTime(DateOnly date) => new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static List<(DateOnly, double[])> Read()
    {
        var bars = File.ReadLines(RepositoryRoot.Combine("samples", "data", "sp500_daily_ohlcv_2000_2020.csv"))
            .Skip(1)
            .Select(line => line.Split(','))
            .Select(cells => (Date: DateOnly.Parse(cells[0], CultureInfo.InvariantCulture), V: cells[1..].Select(c => double.Parse(c, CultureInfo.InvariantCulture)).ToArray()))
            .ToArray();
        return [.. bars.Zip(bars.Skip(1), (p, b) =>
        {
            // Columns: open, high, low, close, adjclose, volume.
            var change = 100 * Math.Log(b.V[3] / p.V[3]);
            return (b.Date, new[] { change, Math.Abs(change), 100 * Math.Log(b.V[1] / b.V[2]), 100 * Math.Log(b.V[0] / p.V[3]), Math.Log(b.V[5] / p.V[5]) });
        })];
    }
}
