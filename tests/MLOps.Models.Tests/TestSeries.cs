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

    /// <summary>A column of numbers of a CSV file in tests/data.</summary>
    public static double[] Column(string file, int column) =>
        [.. File.ReadLines(Path.IsPathRooted(file) ? file : RepositoryRoot.Combine("tests", "data", file)).Skip(1).Select(line => double.Parse(line.Split(',')[column], CultureInfo.InvariantCulture))];

    private static OhlcvSeries Ohlcv(string path)
    {
        var dates = File.ReadLines(path).Skip(1).Select(line => DateOnly.ParseExact(line.Split(',')[0], "yyyy-MM-dd", CultureInfo.InvariantCulture)).ToArray();
        return new OhlcvSeries(dates, Column(path, 1), Column(path, 2), Column(path, 3), Column(path, 4), Column(path, 6));
    }
}
