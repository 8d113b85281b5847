using System.Text.Json;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.TailRisk;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.TailRisk;

public sealed class CvarDefinitionTests
{
    private static readonly IModelDefinition Definition = new ModelCatalog().Find("cvar")!;

    [Theory]
    [InlineData("historical", "ewma")]
    [InlineData("historical", "none")]
    [InlineData("peaks-over-threshold", "ewma")]
    [InlineData("peaks-over-threshold", "none")]
    public void Train_Sp500_ServesWhatItsParametersSay(string method, string volatility)
    {
        var trained = Train(TrainingData.FromBars(TestSeries.Sp500).Rows(0, 1500), new() { ["method"] = method, ["volatility"] = volatility, ["window"] = "250" });
        var model = JsonContent.Read<TailFile>(trained.File("parameters.json")).Model;
        double[] returns = [.. trained.Monitored!.Rows.Select(row => row[0])];

        using var runner = new OnnxRunner(trained.File("model.onnx"));
        var served = runner.Run<double>([("returns", [.. returns[..250], .. returns[1000..1250]], [2, 250])], ["risk"])[0];

        var (first, second) = (model.Of(returns.AsSpan(0, 250)), model.Of(returns.AsSpan(1000, 250)));
        OnnxParity.Check("risk", [first.ValueAtRisk, first.ConditionalValueAtRisk, second.ValueAtRisk, second.ConditionalValueAtRisk], served, 1e-10);
        Assert.True(first.ConditionalValueAtRisk > first.ValueAtRisk);
        Assert.Equal(method == "historical", model.Tail is null);
        Assert.Contains("train_fz_loss_riskmetrics", trained.Metrics.Keys);
    }

    [Fact]
    public void Train_DanishFire_GivesThePublishedTail()
    {
        var trained = Train(TestSeries.DanishFire, new() { ["columns"] = "loss_mDKK", ["kind"] = "losses", ["method"] = "peaks-over-threshold", ["volatility"] = "none", ["threshold"] = "10" });
        Assert.Equal(0.49699, trained.Metrics["shape"], 5e-6);
        Assert.Equal(6.9755, trained.Metrics["scale"], 5e-5);
        Assert.Equal(109, trained.Metrics["exceedances"]);
        Assert.Equal("losses", Assert.Single(trained.Signature.Inputs).Name);
        using var parameters = JsonDocument.Parse(trained.File("parameters.json"));
        Assert.Equal([0.975, 0.99, 0.995, 0.999], parameters.RootElement.GetProperty("tail_figures").EnumerateArray().Select(figure => figure.GetProperty("level").GetDouble()));
    }

    [Fact]
    public void Train_SeveralAssets_HoldsTheWeightsOfLeastCvar()
    {
        var data = TestSeries.Dow30.Rows(0, 700);
        var trained = Train(data, new() { ["columns"] = "*", ["max_weight"] = "0.3", ["window"] = "250" });
        var weights = JsonContent.Read<TailFile>(trained.File("parameters.json")).Weights;
        Assert.Equal(30, weights.Count);
        Assert.Equal(1, weights.Sum(), 1e-9);
        Assert.All(weights, weight => Assert.InRange(weight, -1e-9, 0.3 + 1e-9));
        Assert.True(trained.Metrics["cvar"] < trained.Metrics["cvar_equal_weight"]);
        var scores = Definition.Evaluate(trained, TestSeries.Dow30, 700, 1000, TestContext.Current.CancellationToken);
        Assert.Equal(300, scores["days"]);
    }

    [Fact]
    public void Evaluate_Sp500Crises_FilteredTailScoresBetterThanThePlainMean()
    {
        var trained = Definition.Train(
            new TrainingRequest(TestSeries.Sp500, new DateOnly(2006, 12, 29), new Dictionary<string, string> { ["method"] = "peaks-over-threshold" }), new RecordingObserver(), TestContext.Current.CancellationToken);
        var from = TestSeries.Sp500.Dates.TakeWhile(date => date.Year < 2007).Count();
        var scores = Definition.Evaluate(trained, TestSeries.Sp500, from, TestSeries.Sp500.Count, TestContext.Current.CancellationToken);
        Assert.True(scores["fz_loss"] < scores["fz_loss_historical"]);
        Assert.InRange(scores["shortfall_ratio"], 0.9, 1.15);
    }

    [Fact]
    public void Train_WithTrainEnd_NeverLooksBeyondIt()
    {
        var end = new DateOnly(1993, 12, 31);
        var later = TestSeries.Dow30.Times!.TakeWhile(time => DateOnly.FromDateTime(time) <= end).Count();
        Dictionary<string, string> settings = new() { ["columns"] = "*", ["method"] = "peaks-over-threshold" };
        Assert.Equal(Train(TestSeries.Dow30, settings, end).File("parameters.json"), Train(TestSeries.Dow30.ChangedFrom(later), settings, end).File("parameters.json"));
    }

    [Theory]
    [InlineData("level", "0.6", "raise 'level'")]
    [InlineData("columns", "price", "no column 'price'")]
    [InlineData("window", "5", "'window' is '5'")]
    [InlineData("threshold", "50", "at least 10")]
    public void Train_SettingsThatDoNotFit_AreNamed(string name, string value, string message) => Assert.Contains(
        message,
        Assert.Throws<ModelTrainingException>(() => Train(TestSeries.Sp500, new() { ["method"] = "peaks-over-threshold", [name] = value })).Message,
        StringComparison.Ordinal);

    private static TrainedModel Train(TrainingData data, Dictionary<string, string> parameters, DateOnly? end = null) =>
        Definition.Train(new TrainingRequest(data, end, parameters), new RecordingObserver(), TestContext.Current.CancellationToken);
}
