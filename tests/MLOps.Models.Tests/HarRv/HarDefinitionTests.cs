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
