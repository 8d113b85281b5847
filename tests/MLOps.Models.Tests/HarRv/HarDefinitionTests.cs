using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.HarRv;

public sealed class HarDefinitionTests
{
    private static readonly IModelDefinition Har = new ModelCatalog().Find("har-rv")!;
    private static readonly double[] Rv = TestSeries.Column("usdchf_daily_rv_from_30min.csv", 1);
    private static readonly TrainingData UsdChf = new(null, [DataColumn.Of("rv", Rv)]);

    [Theory]
    [InlineData("level")]
    [InlineData("log")]
    public void Evaluate_RowsThatTheFitHasNotSeen_ScoresAsTraining(string form)
    {
        var trained = Train(UsdChf, new() { ["form"] = form, ["validation_fraction"] = "0.5" });
        var days = (int)trained.Metrics["val_days"];

        var scores = Har.Evaluate(trained, UsdChf, Rv.Length - days, Rv.Length, TestContext.Current.CancellationToken);

        Assert.All(scores, score => Assert.Equal(trained.Metrics[$"val_{score.Key}"], score.Value, 1e-9));
        Assert.True(scores["qlike"] < Math.Min(scores["qlike_last"], scores["qlike_mean22"]));
    }

    [Theory]
    [InlineData("level")]
    [InlineData("log")]
    public void Serve_AnyMonth_IsPositiveAndNotBelowWhatWasSeen(string form)
    {
        using var runner = new OnnxRunner(Train(UsdChf, new() { ["form"] = form }).Files.Single(file => file.Path == "model.onnx").Content);
        double[] months = [.. Enumerable.Repeat(1e-9, 22), .. Enumerable.Repeat(500.0, 22)];
        Assert.All(runner.Run<double>([("rv", months, [2, 22])], ["rv_next"])[0], rv => Assert.True(rv >= Rv.Min()));
    }

    [Fact]
    public void Train_LaterRowsChange_ChangesNothing()
    {
        var end = new DateOnly(2016, 12, 31);
        var bars = TestSeries.Sp500;
        var changed = bars with { High = [.. bars.High.Select((high, i) => bars.Dates[i] > end ? 10 * high : high)] };
        TrainedModel Range(OhlcvSeries data) => Har.Train(
            new TrainingRequest(data, end, new Dictionary<string, string> { ["values"] = "range" }), new RecordingObserver(), TestContext.Current.CancellationToken);

        var (expected, actual) = (Range(bars), Range(changed));

        Assert.Equal(expected.Files.Select(file => file.Content), actual.Files.Select(file => file.Content));
        Assert.Equal("2016-12-30", actual.Tags["training_end"]);
        Assert.Equal(actual.Monitored!.Dates.Count, actual.Monitored.Rows.Count);
        Assert.Equal(21, actual.Monitored.Features[0].Index);
    }

    /// <summary>A day's variance is known with its last price, not with its first.</summary>
    [Theory]
    [InlineData("har-rv", 22)]
    [InlineData("lstm-volatility", 43)]
    public void Serve_IntradayPrices_BelongToTheLastRowOfTheDayTheyKnow(string id, int history)
    {
        const int PerDay = 8;
        const int Days = 120;
        var random = new Random(7);
        var price = 100.0;
        double[] prices = [.. Enumerable.Range(0, Days * PerDay).Select(_ => price *= Math.Exp(0.002 * (random.NextDouble() - 0.5)))];
        var rows = new TrainingData([.. Enumerable.Range(0, Days * PerDay).Select(row => new DateTime(2024, 1, 1, 9, 0, 0, DateTimeKind.Utc).AddDays(row / PerDay).AddMinutes(30 * (row % PerDay)))], [DataColumn.Of("price", prices)]);
        var model = (IRowModel)new ModelCatalog().Find(id)!;
        var trained = new TrainedModel([], model.Signature, new Dictionary<string, string> { ["values"] = "intraday-prices", ["column"] = "price" }, new Dictionary<string, double>(), null, new Dictionary<string, string>());

        var served = model.Serve(trained, rows);

        // The first day has no price before its own.
        Assert.Equal(Enumerable.Range(history, Days - history).Select(day => ((day + 1) * PerDay) - 1), served.Rows);
        Assert.True(served.IsOfDays);
    }

    [Theory]
    [InlineData(0.0, "Row 30, column 'rv' is 0: variances must be positive")]
    [InlineData(double.NaN, "Row 30, column 'rv' is NaN")]
    public void Train_BadRow_IsNamed(double bad, string message)
    {
        var data = new TrainingData(null, [DataColumn.Of("rv", [.. Rv.Select((rv, i) => i == 30 ? bad : rv)])]);
        var exception = Assert.Throws<ModelTrainingException>(() => Train(data, []));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_ConstantOrShortSeries_IsRefused()
    {
        TrainingData Of(IEnumerable<double> rv) => new(null, [DataColumn.Of("rv", [.. rv])]);
        Assert.Contains("constant", Assert.Throws<ModelTrainingException>(() => Train(Of(Enumerable.Repeat(2.0, 100)), [])).Message, StringComparison.Ordinal);
        Assert.Contains("at least 52", Assert.Throws<ModelTrainingException>(() => Train(Of(Rv[..40]), [])).Message, StringComparison.Ordinal);
    }

    private static TrainedModel Train(TrainingData data, Dictionary<string, string> parameters) =>
        Har.Train(new TrainingRequest(data, null, parameters), new RecordingObserver(), TestContext.Current.CancellationToken);
}
