using System.Text.Json;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.Portfolio;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.Portfolio;

public sealed class PortfolioOptimizerDefinitionTests
{
    private static readonly IModelDefinition Optimizer = new ModelCatalog().Find("portfolio-optimizer")!;

    [Fact]
    public void Train_Dow30_ServesTheReferencePortfolioFromItsOwnFiles()
    {
        var trained = Train(TestSeries.Dow30, null, []);

        using var parameters = JsonDocument.Parse(trained.File("parameters.json"));
        var root = parameters.RootElement;
        using var runner = new OnnxRunner(trained.File("model.onnx"));
        double[] mean = root.GetProperty("mean").Numbers();
        double[] covariance = [.. root.GetProperty("covariance").Rows().SelectMany(row => row)];
        var weights = runner.Run<double>([("mu", mean, [30]), ("sigma", covariance, [30, 30]), ("lambda", [root.GetProperty("lambda").GetDouble()], [1])], ["w"])[0];
        var expected = TestSeries.Reference("portfolio-reference.json", "dow30").GetProperty("min_var").Numbers();
        Assert.All(expected.Zip(weights), pair => Assert.Equal(pair.First, pair.Second, 1e-7));
        Assert.Equal("AA,AXP,T", runner.Metadata["feature_names"][..8]);
        Assert.Equal("Infinity", root.GetProperty("turning_points")[0].GetProperty("lambda").GetString());
        Assert.Equal(root.GetProperty("turning_points").GetArrayLength(), trained.Metrics["turning_points"]);
        Assert.True(trained.Metrics["min_variance_risk"] < trained.Metrics["risk_equal_weight"]);
        Assert.True(trained.Metrics["onnx_max_difference"] <= OnnxParity.Float64Tolerance);
    }

    [Fact]
    public void Train_WithTrainEnd_NeverLooksBeyondIt()
    {
        var data = TestSeries.Dow30;
        var end = new DateOnly(1996, 12, 31);
        var later = data.Times!.TakeWhile(time => DateOnly.FromDateTime(time) <= end).Count();
        Assert.Equal(
            Train(data, end, []).File("parameters.json"),
            Train(data.ChangedFrom(later), end, []).File("parameters.json"));
    }

    [Theory]
    [InlineData("max-sharpe")]
    [InlineData("risk-tolerance")]
    public void Evaluate_LaterYears_ScoresBesideEqualWeights(string objective)
    {
        var trained = Train(TestSeries.Dow30, new DateOnly(1996, 12, 31), new() { ["objective"] = objective, ["max_weight"] = "0.2" });
        var scores = Optimizer.Evaluate(trained, TestSeries.Dow30, 1600, 2529, TestContext.Current.CancellationToken);
        Assert.Equal(929, scores["days"]);
        Assert.Equal(scores["annual_return"] / scores["annual_volatility"], scores["sharpe"], 1e-12);
        Assert.Contains("sharpe_equal_weight", scores.Keys);
    }

    [Fact]
    public void Train_FewerDaysThanAssets_AsksForShrinkageAndTakesIt()
    {
        var data = TestSeries.Dow30.Rows(0, 30);
        Assert.Contains("covariance=ledoit-wolf", Refusal(data, []), StringComparison.Ordinal);
        Assert.Equal(1, Weights(Train(data, null, new() { ["covariance"] = "ledoit-wolf" })).Sum(), 1e-12);
    }

    [Fact]
    public void Train_DataOrBoundsThatDoNotFit_SaysWhich()
    {
        Assert.Contains("'max_weight' is 0.01", Refusal(TestSeries.Dow30, new() { ["max_weight"] = "0.01" }), StringComparison.Ordinal);
        Assert.Contains("'steps' is '1'", Refusal(TestSeries.Dow30, new() { ["steps"] = "1" }), StringComparison.Ordinal);
        Assert.Contains("raise 'steps'", Refusal(TestSeries.Dow30, new() { ["steps"] = "10" }), StringComparison.Ordinal);
        Assert.Contains("at least 2 assets", Refusal(new TrainingData(TestSeries.Dow30.Times, [TestSeries.Dow30.Columns[0]]), []), StringComparison.Ordinal);
        var bad = TestSeries.Dow30.Rows(0, 100);
        bad.Numbers("KO")[7] = -1;
        Assert.Contains("Row 7 (1991-01-10), column 'KO' is -1", Refusal(bad, []), StringComparison.Ordinal);
    }

    [Fact]
    public void LedoitWolf_ManyDaysOfIndependentAssets_ShrinksTheOffDiagonals()
    {
#pragma warning disable CA5394 // Noise, not secrets.
        var random = new Random(3);
        double[][] noise = [.. Enumerable.Range(0, 60).Select(_ => Enumerable.Range(0, 20).Select(_ => random.NextDouble() - 0.5).ToArray())];
#pragma warning restore CA5394
        var truth = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseDiagonal(20, 20, 1 / 12.0);
        Assert.True((Covariance.LedoitWolf(noise) - truth).FrobeniusNorm() < 0.5 * (Covariance.Sample(noise) - truth).FrobeniusNorm());
    }

    private static double[] Weights(TrainedModel model)
    {
        using var parameters = JsonDocument.Parse(model.File("parameters.json"));
        return parameters.RootElement.GetProperty("weights").Numbers();
    }

    private static string Refusal(TrainingData data, Dictionary<string, string> parameters) =>
        Assert.Throws<ModelTrainingException>(() => Train(data, null, parameters)).Message;

    private static TrainedModel Train(TrainingData data, DateOnly? end, Dictionary<string, string> parameters) =>
        Optimizer.Train(new TrainingRequest(data, end, parameters), new RecordingObserver(), TestContext.Current.CancellationToken);
}
