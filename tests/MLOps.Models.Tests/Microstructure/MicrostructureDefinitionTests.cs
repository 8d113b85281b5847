using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features.Microstructure;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.Microstructure;

public sealed class MicrostructureDefinitionTests
{
    private static readonly IModelDefinition Definition = new ModelCatalog().Find("microstructure-features")!;

    [Fact]
    public void Train_TwoDays_ReportsTheReferencesFiguresAndAgreesWithOnnx()
    {
        var expected = TestSeries.Reference("microstructure-reference.json", "taq_sample");
        var trained = Train(HighFrequency.TradeTable, []);

        Assert.Equal(expected.GetProperty("buys").GetDouble(), trained.Metrics["buys"]);
        Assert.Equal(expected.GetProperty("eff_spread_mean").GetDouble(), trained.Metrics["effective_spread_mean"], 1e-12);
        Assert.Equal(expected.GetProperty("kyle_lambda_5min_bp_per_share").GetProperty("slope").GetDouble(), trained.Metrics["kyle_lambda"], 1e-12);
        Assert.Equal(expected.GetProperty("hasbrouck_lambda_5min").GetProperty("r2").GetDouble(), trained.Metrics["hasbrouck_lambda_r2"], 1e-10);
        Assert.InRange(trained.Metrics["onnx_max_difference"], 0, 1e-10);
    }

    [Fact]
    public void Serve_SomeTrades_GivesTheFeaturesWhateverComesAfter()
    {
        using var runner = new OnnxRunner(Model(Train(HighFrequency.TradeTable, [])));
        var expected = MicrostructureFeatures.Compute(HighFrequency.Trades, 100).Take(300).SelectMany(row => row).ToArray();
        foreach (var count in new[] { 300, 700 })
        {
            var raw = Run(runner, HighFrequency.TradeTable.Rows(0, count), "raw");
            Assert.All(expected.Zip(raw), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        }

        Assert.All(Run(runner, HighFrequency.TradeTable.Rows(0, 700), "features"), value => Assert.InRange(value, -8, 8));
    }

    [Fact]
    public void Compute_LastTrade_GivesWhatTheDefinitionsSay()
    {
        const int window = 50;
        var features = MicrostructureFeatures.Compute(HighFrequency.Trades, window);
        var last = HighFrequency.Trades.Count - 1;
        var trades = HighFrequency.Trades;
        var range = (last - window + 1)..(last + 1);
        var signs = TradeSigns.LeeReady(trades.Price, trades.Middles());
        var returns = trades.Price.Zip(trades.Price.Skip(1), (before, now) => 10_000 * Math.Log(now / before)).Prepend(0).ToArray()[range];
        var bought = trades.Size.Zip(signs, (size, sign) => size * sign).ToArray()[range];
        var volume = trades.Size[range];
        var micro = ((trades.Ask[last] * trades.BidSize[last]) + (trades.Bid[last] * trades.AskSize[last])) / (trades.BidSize[last] + trades.AskSize[last]);
        var middle = trades.Middles()[last];

        Assert.Equal(10_000 * (micro - middle) / middle, features[last][4], 1e-8);
        Assert.Equal(bought.Sum() / volume.Sum(), features[last][5], 1e-9);
        Assert.Equal(LinearFit.Of(bought, returns)!.Slope * volume.Average(), features[last][10], 1e-9);
        Assert.All(features, row => Assert.All(row, value => Assert.True(double.IsFinite(value))));
    }

    [Fact]
    public void Compute_OtherUnits_GivesTheSameFeatures()
    {
        var trades = HighFrequency.Trades;
        var other = new TradesAndQuotes(Times(trades.Price, 256), Times(trades.Size, 0.125), Times(trades.Bid, 256), Times(trades.Ask, 256), Times(trades.BidSize, 4), Times(trades.AskSize, 4));
        Assert.All(MicrostructureFeatures.Compute(trades, 100).Zip(MicrostructureFeatures.Compute(other, 100)), rows =>
            Assert.All(rows.First.Zip(rows.Second), pair => Assert.Equal(pair.First, pair.Second, 1e-7)));

        static double[] Times(double[] values, double factor) => Array.ConvertAll(values, value => value * factor);
    }

    /// <summary>One price, one size, no depth: nothing divides by zero.</summary>
    [Fact]
    public void Train_TradesThatNeverChange_AgreesWithOnnx()
    {
        var rows = 250;
        var table = Table(rows, 10, 5, 9, 11, 0);
        Assert.InRange(Train(table, []).Metrics["onnx_max_difference"], 0, 1e-10);
    }

    [Theory]
    [InlineData(-1, 5, 9, 11, "Row 0, column 'price' is -1")]
    [InlineData(10, -5, 9, 11, "Row 0, column 'size' is -5")]
    [InlineData(10, 5, 12, 11, "Row 0: the bid 12 lies above the ask 11")]
    public void Train_ABadRow_IsNamed(double price, double size, double bid, double ask, string message)
    {
        var exception = Assert.Throws<ModelTrainingException>(() => Train(Table(250, price, size, bid, ask, 1), []));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_LaterRowsChange_GivesTheSameFiles()
    {
        var end = new DateOnly(2018, 1, 2);
        var table = HighFrequency.TradeTable;
        var changed = new TrainingData(table.Times, [.. table.Columns.Select(column => column.Name == "price"
            ? DataColumn.Of("price", [.. column.Numbers!.Select((price, i) => DateOnly.FromDateTime(table.Times![i]) > end ? double.NaN : price)])
            : column)]);
        Assert.Equal(Files(table), Files(changed));

        byte[] Files(TrainingData data) => [.. Definition.Train(new TrainingRequest(data, end, new Dictionary<string, string>()), new RecordingObserver(), TestContext.Current.CancellationToken).Files.SelectMany(file => file.Content)];
    }

    [Fact]
    public void Evaluate_TheSecondDay_ShiftsLessThanThePricesThemselves()
    {
        var from = HighFrequency.TradeTimes.Count(time => time.Day == 2);
        var trained = Definition.Train(new TrainingRequest(HighFrequency.TradeTable, new DateOnly(2018, 1, 2), new Dictionary<string, string>()), new RecordingObserver(), TestContext.Current.CancellationToken);
        var scores = Definition.Evaluate(trained, HighFrequency.TradeTable, from, HighFrequency.Trades.Count, TestContext.Current.CancellationToken);
        Assert.Equal(HighFrequency.Trades.Count - from, scores["rows"]);
        Assert.True(scores["mean_shift"] < scores["baseline_trades_mean_shift"], $"{scores["mean_shift"]} against {scores["baseline_trades_mean_shift"]}");
    }

    private static TrainingData Table(int rows, double price, double size, double bid, double ask, double depth) => new(
        null,
        [
            .. new[] { ("price", price), ("size", size), ("bid", bid), ("ask", ask), ("bid_size", depth), ("ask_size", depth) }
                .Select(column => DataColumn.Of(column.Item1, [.. Enumerable.Repeat(column.Item2, rows)])),
        ]);

    private static TrainedModel Train(TrainingData data, Dictionary<string, string> parameters) =>
        Definition.Train(new TrainingRequest(data, null, parameters), new RecordingObserver(), TestContext.Current.CancellationToken);

    private static double[] Run(OnnxRunner runner, TrainingData data, string output) => runner.Run<double>(
        [("trades", [.. Enumerable.Range(0, data.Count).SelectMany(t => data.Columns.Select(column => column.Numbers![t]))], [data.Count, 6])],
        [output])[0];

    private static byte[] Model(TrainedModel model) => model.Files.Single(file => file.Path == "model.onnx").Content;
}
