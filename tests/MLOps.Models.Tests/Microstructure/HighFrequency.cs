using System.Globalization;
using System.IO.Compression;
using MLOps.Models.Data;
using MLOps.Models.Features.Microstructure;
using MLOps.Testing;

namespace MLOps.Models.Tests.Microstructure;

/// <summary>Two days of trades and quotes of one share.</summary>
internal static class HighFrequency
{
    private static readonly DateTime FirstDay = new(2018, 1, 2, 0, 0, 0, DateTimeKind.Utc);

    public static QuoteSeries Quotes { get; } = ReadQuotes();

    public static IReadOnlyList<DateTime> TradeTimes { get; } = Times(Read("highfrequency_trades.csv.gz"));

    public static TradesAndQuotes Trades { get; } = ReadTrades();

    /// <summary>Trades with their quotes as a dataset has them.</summary>
    public static TrainingData TradeTable { get; } = new(
        TradeTimes,
        [
            DataColumn.Of("price", Trades.Price),
            DataColumn.Of("size", Trades.Size),
            DataColumn.Of("bid", Trades.Bid),
            DataColumn.Of("ask", Trades.Ask),
            DataColumn.Of("bid_size", Trades.BidSize),
            DataColumn.Of("ask_size", Trades.AskSize),
        ]);

    public static TrainingData QuoteTable { get; } = new(
        Quotes.Times,
        [
            DataColumn.Of("bid", Quotes.Bid),
            DataColumn.Of("bid_size", Quotes.BidSize),
            DataColumn.Of("ask", Quotes.Ask),
            DataColumn.Of("ask_size", Quotes.AskSize),
        ]);

    private static QuoteSeries ReadQuotes()
    {
        var rows = Read("highfrequency_quotes.csv.gz");
        return new QuoteSeries(Times(rows), Column(rows, 2), Column(rows, 4), Column(rows, 3), Column(rows, 5));
    }

    private static TradesAndQuotes ReadTrades()
    {
        var rows = Read("highfrequency_trades.csv.gz");
        var quote = QuoteMatching.Before(Times(rows), Quotes.Times);
        return new TradesAndQuotes(Column(rows, 2), Column(rows, 3), At(Quotes.Bid), At(Quotes.Ask), At(Quotes.BidSize), At(Quotes.AskSize));

        double[] At(double[] column) => Array.ConvertAll(quote, row => column[row]);
    }

    /// <summary>Whole microseconds, as the file has them.</summary>
    private static DateTime[] Times(decimal[][] rows) =>
        Array.ConvertAll(rows, row => FirstDay.AddDays((double)row[0]).AddTicks((long)(row[1] * TimeSpan.TicksPerSecond)));

    private static double[] Column(decimal[][] rows, int column) => Array.ConvertAll(rows, row => (double)row[column]);

    private static decimal[][] Read(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(RepositoryRoot.Combine("tests", "data", file)), CompressionMode.Decompress));
        var rows = new List<decimal[]>();
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            rows.Add(Array.ConvertAll(line.Split(','), cell => decimal.Parse(cell, CultureInfo.InvariantCulture)));
        }

        return [.. rows];
    }
}
