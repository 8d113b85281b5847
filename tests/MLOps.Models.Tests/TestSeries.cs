using System.Globalization;
using System.Text.Json;
using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Testing;

namespace MLOps.Models.Tests;

/// <summary>The real series that the tests run on.</summary>
internal static class TestSeries
{
    /// <summary>DEM/GBP daily percent log returns, 1984-1991.</summary>
    public static double[] DemGbp { get; } = Column(RepositoryRoot.Combine("tests", "data", "dem2gbp_daily_returns.csv"), 1);

    /// <summary>DAX daily percent log returns, 1991-1998.</summary>
    public static double[] Dax { get; } = LogReturns.Percent(Column(RepositoryRoot.Combine("tests", "data", "eustockmarkets_daily.csv"), 1));

    /// <summary>DAX, SMI, CAC and FTSE daily closes, 1991-1998, one row a day.</summary>
    public static double[][] EuropeanCloses { get; } =
        [.. File.ReadLines(RepositoryRoot.Combine("tests", "data", "eustockmarkets_daily.csv")).Skip(1).Select(line =>
            line.Split(',')[1..5].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];

    /// <summary>S&amp;P 500 daily bars, 2000-2020.</summary>
    public static OhlcvSeries Sp500 { get; } = Ohlcv(RepositoryRoot.Combine("samples", "data", "sp500_daily_ohlcv_2000_2020.csv"));

    /// <summary>Dow 30 daily closes, 1990-2001, one column an asset.</summary>
    public static TrainingData Dow30 { get; } = Panel(RepositoryRoot.Combine("tests", "data", "dowjones30_daily_1990_2001.csv"));

    /// <summary>Danish fire losses in millions of DKK, 1980-1990, by date.</summary>
    public static TrainingData DanishFire { get; } = Panel(RepositoryRoot.Combine("tests", "data", "danish_fire_claims.csv"));

    /// <summary>The property <paramref name="name"/> of a JSON file in tests/data.</summary>
    public static JsonElement Reference(string file, string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.Combine("tests", "data", file)));
        return document.RootElement.GetProperty(name).Clone();
    }

    public static double[] Numbers(this JsonElement element) => [.. element.EnumerateArray().Select(item => item.GetDouble())];

    /// <summary>A series of daily bars around given closes: what the tests of bad input start from.</summary>
    public static OhlcvSeries FromCloses(double[] closes) => new(
        [.. Enumerable.Range(0, closes.Length).Select(new DateOnly(2001, 1, 1).AddDays)],
        (double[])closes.Clone(),
        (double[])closes.Clone(),
        (double[])closes.Clone(),
        closes,
        [.. closes.Select(_ => 1000.0)]);

    /// <summary>A panel whose rows from one on are turned to other prices: no model trained up to there may notice.</summary>
    public static TrainingData ChangedFrom(this TrainingData data, int row) => new(
        data.Times,
        [.. data.Columns.Select(column => DataColumn.Of(column.Name, [.. column.Numbers!.Select((price, i) => i < row ? price : price * (2 + (i % 3)))]))]);

    public static double[][] Rows(this JsonElement element) => [.. element.EnumerateArray().Select(row => row.Numbers())];

    private static TrainingData Panel(string path)
    {
        var names = File.ReadLines(path).First().Split(',');
        return new TrainingData(
            [.. File.ReadLines(path).Skip(1).Select(line => DateTime.ParseExact(line.Split(',')[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal))],
            [.. names.Skip(1).Select((name, i) => DataColumn.Of(name, Column(path, i + 1)))]);
    }

    /// <summary>Bars of a file in tests/data whose rows are numbered instead of dated.</summary>
    public static OhlcvSeries NumberedBars(string file)
    {
        var path = RepositoryRoot.Combine("tests", "data", file);
        return FromCloses(Column(path, 4)) with { Open = Column(path, 1), High = Column(path, 2), Low = Column(path, 3), Volume = Column(path, 5) };
    }

    /// <summary>A column of numbers of a CSV file in tests/data.</summary>
    public static double[] Column(string file, int column) =>
        [.. File.ReadLines(Path.IsPathRooted(file) ? file : RepositoryRoot.Combine("tests", "data", file)).Skip(1).Select(line => double.Parse(line.Split(',')[column], CultureInfo.InvariantCulture))];

    private static OhlcvSeries Ohlcv(string path)
    {
        var dates = File.ReadLines(path).Skip(1).Select(line => DateOnly.ParseExact(line.Split(',')[0], "yyyy-MM-dd", CultureInfo.InvariantCulture)).ToArray();
        return new OhlcvSeries(dates, Column(path, 1), Column(path, 2), Column(path, 3), Column(path, 4), Column(path, 6));
    }
}
