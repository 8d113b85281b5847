using System.Globalization;
using System.Text.Json;
using MLOps.Models.Features;
using MLOps.Models.Features.Microstructure;
using MLOps.Testing;

namespace MLOps.Models.Tests.Microstructure;

public sealed class MicrostructureReferenceTests
{
    private static readonly JsonElement Taq = TestSeries.Reference("microstructure-reference.json", "taq_sample");

    [Fact]
    public void Quotes_ThaiBaht_AgreeWithTheReference()
    {
        var expected = TestSeries.Reference("microstructure-reference.json", "usdthb");
        var quotes = File.ReadLines(RepositoryRoot.Combine("tests", "data", "usdthb_quotes_1997.csv")).Skip(1)
            .Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())
            .Where(quote => quote[1] > quote[0])
            .ToArray();
        var middles = quotes.Select(quote => Spreads.Middle(quote[0], quote[1])).ToArray();
        var changes = middles.Zip(middles.Skip(1), (before, now) => now - before).ToArray();
        var relative = quotes.Select(quote => Spreads.QuotedBasisPoints(quote[0], quote[1])).Order().ToArray();

        Assert.Equal(expected.GetProperty("n_valid").GetInt32(), quotes.Length);
        AssertAgree(expected, "mean_quoted_spread", quotes.Average(quote => quote[1] - quote[0]));
        AssertAgree(expected, "median_rel_spread_bp", (relative[(relative.Length / 2) - 1] + relative[relative.Length / 2]) / 2);
        AssertAgree(expected, "roll_cov", Spreads.SerialCovariance(changes));
        AssertAgree(expected, "roll_spread", Spreads.Roll(changes));
    }

    [Fact]
    public void CorwinSchultz_Sp500_AgreesWithTheReference()
    {
        var expected = TestSeries.Reference("microstructure-reference.json", "sp500_corwin_schultz_noovernightadj");
        var spreads = Spreads.CorwinSchultz(TestSeries.Sp500);
        Assert.Equal(double.NaN, spreads[0]);
        Assert.Equal(expected.GetProperty("n").GetInt32(), spreads.Length - 1);
        AssertAgree(expected, "mean_raw", spreads.Skip(1).Average());
        AssertAgree(expected, "mean_neg_to_zero", spreads.Skip(1).Average(spread => Math.Max(0, spread)));
        AssertAgree(expected, "last", spreads[^1]);
        Assert.All(expected.GetProperty("first3").Numbers().Zip(spreads.Skip(1)), pair => Assert.InRange(Lre.Of(pair.Second, pair.First), 11, 16));
    }

    [Fact]
    public void Roll_Sp500_AgreesWithTheReference()
    {
        var expected = TestSeries.Reference("microstructure-reference.json", "sp500_roll");
        var returns = Array.ConvertAll(LogReturns.Percent(TestSeries.Sp500.Close), r => r / 100);
        AssertAgree(expected, "serial_cov", Spreads.SerialCovariance(returns));
        AssertAgree(expected, "spread", Spreads.Roll(returns));
    }

    [Fact]
    public void Trades_TwoDays_AgreeWithTheReference()
    {
        var trades = HighFrequency.Trades;
        var middles = trades.Middles();
        var signs = TradeSigns.LeeReady(trades.Price, middles);
        var intervals = PriceImpact.Intervals(HighFrequency.TradeTimes, trades.Price, trades.Size, signs, TimeSpan.FromMinutes(5));

        Assert.Equal(Taq.GetProperty("n_trades").GetInt32(), trades.Count);
        Assert.Equal(Taq.GetProperty("buys").GetInt32(), signs.Count(sign => sign == 1));
        Assert.Equal(Taq.GetProperty("sells").GetInt32(), signs.Count(sign => sign == -1));
        AssertAgree(Taq, "eff_spread_mean", trades.Price.Zip(middles, Spreads.Effective).Average());
        AssertAgree(Taq, "quoted_spread_mean_at_trades", trades.Ask.Zip(trades.Bid, (ask, bid) => ask - bid).Average());
        AssertAgree(Taq.GetProperty("kyle_lambda_5min_bp_per_share"), PriceImpact.Kyle(intervals)!);
        AssertAgree(Taq.GetProperty("hasbrouck_lambda_5min"), PriceImpact.Hasbrouck(intervals)!);
    }

    [Fact]
    public void OrderFlow_TwoDays_AgreesWithTheReference()
    {
        var quotes = HighFrequency.Quotes;
        var intervals = quotes.Intervals(TimeSpan.FromMinutes(1));
        var fit = LinearFit.Of([.. intervals.Select(interval => interval.Imbalance)], [.. intervals.Select(interval => 100 * interval.MiddleChange)])!;
        AssertAgree(Taq.GetProperty("ofi_1min_regression_cents"), fit);

        var flow = OrderFlow.Contributions(quotes.Bid, quotes.BidSize, quotes.Ask, quotes.AskSize);
        var withinDays = flow.Where((_, n) => n > 0 && quotes.Times[n].Date == quotes.Times[n - 1].Date).Sum();
        Assert.Equal(Taq.GetProperty("ofi_1min_regression_cents").GetProperty("ofi_sum").GetDouble(), withinDays);
    }

    private static void AssertAgree(JsonElement expected, LinearFit fit)
    {
        AssertAgree(expected, "slope", fit.Slope);
        AssertAgree(expected, "r2", fit.R2);
        if (expected.TryGetProperty("intercept", out _))
        {
            AssertAgree(expected, "intercept", fit.Intercept);
            Assert.Equal(expected.GetProperty("n").GetInt32(), fit.Count);
        }
    }

    private static void AssertAgree(JsonElement expected, string name, double actual) =>
        Assert.True(Lre.Of(actual, expected.GetProperty(name).GetDouble()) >= 11, $"{name} is {actual:R} against {expected.GetProperty(name).GetDouble():R}");
}
