using System.Globalization;
using MLOps.Models.Data;

namespace MLOps.AppHost.Demo;

/// <summary>The sample that ships with the product: S&amp;P 500 daily bars 2000-2020, copied beside the program at build.</summary>
internal static class SampleData
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "samples", "data", "sp500_daily_ohlcv_2000_2020.csv");

    /// <summary>The bars as a trading program would have them: the demo is a caller of the endpoints and makes their inputs itself.</summary>
    public static async Task<OhlcvSeries> ReadAsync(CancellationToken cancellationToken)
    {
        var lines = await File.ReadAllLinesAsync(Path, cancellationToken);
        var columns = lines[0].Split(',');
        var rows = lines[1..].Where(line => line.Length > 0).Select(line => line.Split(',')).ToArray();
        var date = Array.IndexOf(columns, "date");
        return new OhlcvSeries(
            [.. rows.Select(row => DateOnly.ParseExact(row[date], "yyyy-MM-dd", CultureInfo.InvariantCulture))],
            Column("open"),
            Column("high"),
            Column("low"),
            Column("close"),
            Column("volume"));

        double[] Column(string name)
        {
            var index = Array.IndexOf(columns, name);
            return [.. rows.Select(row => double.Parse(row[index], CultureInfo.InvariantCulture))];
        }
    }
}
