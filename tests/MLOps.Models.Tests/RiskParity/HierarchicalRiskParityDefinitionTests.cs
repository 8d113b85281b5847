using System.Text.Json;
using MathNet.Numerics.LinearAlgebra;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.Portfolio;
using MLOps.Models.Classical.RiskParity;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.RiskParity;

public sealed class HierarchicalRiskParityDefinitionTests
{
    private static readonly IModelDefinition Definition = new ModelCatalog().Find("hierarchical-risk-parity")!;

    [Fact]
    public void Train_Dow30_ServesOtherCovariancesByTheTrainedTree()
    {
        var trained = Train(TestSeries.Dow30, null, []);
        using var parameters = JsonDocument.Parse(trained.File("parameters.json"));
        int[] order = [.. parameters.RootElement.GetProperty("order").EnumerateArray().Select(item => item.GetInt32())];
        var returns = AssetPanel.From(TestSeries.Dow30, 2).LogReturns();
        Matrix<double>[] years = [Covariance.Sample(returns[..250]), Covariance.Sample(returns[250..500])];

        using var runner = new OnnxRunner(trained.File("model.onnx"));
        var weights = runner.Run<double>([("sigma", [.. years.SelectMany(year => year.ToRowArrays()).SelectMany(row => row)], [2, 30, 30])], ["w"])[0];

        Assert.Equal([8, 24, 9], order[..3]);
        OnnxParity.Check("w", [.. years.SelectMany(year => HierarchicalRiskParity.Bisect(year, order))], weights, 1e-12);
        Assert.StartsWith("EK,MO,XOM", runner.Metadata["order"], StringComparison.Ordinal);
        Assert.True(trained.Metrics["risk"] < trained.Metrics["risk_equal_weight"]);
    }

    [Fact]
    public void Train_WithTrainEnd_NeverLooksBeyondIt()
    {
        var end = new DateOnly(1996, 12, 31);
        var later = TestSeries.Dow30.Times!.TakeWhile(time => DateOnly.FromDateTime(time) <= end).Count();
        Assert.Equal(Train(TestSeries.Dow30, end, []).File("parameters.json"), Train(TestSeries.Dow30.ChangedFrom(later), end, []).File("parameters.json"));
    }

    [Fact]
    public void Evaluate_LaterYears_ScoresBesideEqualAndInverseVarianceWeights()
    {
        var trained = Train(TestSeries.Dow30, new DateOnly(1996, 12, 31), new() { ["linkage"] = "ward", ["distance"] = "columns" });
        var scores = Definition.Evaluate(trained, TestSeries.Dow30, 1600, 2529, TestContext.Current.CancellationToken);
        Assert.True(scores["annual_volatility"] < scores["annual_volatility_equal_weight"]);
        Assert.Contains("sharpe_inverse_variance", scores.Keys);
        var renamed = new TrainingData(TestSeries.Dow30.Times, [.. TestSeries.Dow30.Columns.Reverse()]);
        Assert.Contains("trained on AA", Assert.Throws<ModelTrainingException>(() => Definition.Evaluate(trained, renamed, 1600, 2529, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_AssetThatNeverChanges_IsNamed()
    {
        var data = TestSeries.Dow30.Rows(0, 100);
        Array.Fill(data.Numbers("KO"), 5);
        Assert.Contains("'KO' never changes", Assert.Throws<ModelTrainingException>(() => Train(data, null, [])).Message, StringComparison.Ordinal);
    }

    private static TrainedModel Train(TrainingData data, DateOnly? end, Dictionary<string, string> parameters) =>
        Definition.Train(new TrainingRequest(data, end, parameters), new RecordingObserver(), TestContext.Current.CancellationToken);
}
