using MLOps.Models.Catalog;
using MLOps.Models.Classical.Linear;
using MLOps.Models.Data;
using MLOps.Models.Onnx;
using MLOps.Models.Tests.Microstructure;
using MLOps.Testing;

namespace MLOps.Models.Tests.OrderFlowImpact;

public sealed class OrderFlowDefinitionTests
{
    private static readonly IModelDefinition Definition = new ModelCatalog().Find("order-flow-impact")!;

    [Fact]
    public void Train_TwoDaysByMinutes_IsTheReferencesRegression()
    {
        var expected = TestSeries.Reference("microstructure-reference.json", "taq_sample").GetProperty("ofi_1min_regression_cents");
        var trained = Train(HighFrequency.QuoteTable, []);

        Assert.InRange(Lre.Of(trained.Metrics["slope_ofi"], expected.GetProperty("slope").GetDouble()), 10, 16);
        Assert.InRange(Lre.Of(trained.Metrics["intercept"], expected.GetProperty("intercept").GetDouble()), 10, 16);
        Assert.InRange(Lre.Of(trained.Metrics["r2"], expected.GetProperty("r2").GetDouble()), 10, 16);
        Assert.Equal("778", trained.Tags["intervals"]);
        Assert.InRange(trained.Metrics["onnx_max_difference"], 0, 1e-10);
    }

    [Fact]
    public void Serve_AShortIntervalFilledUpByItsFirstQuote_GivesTheSame()
    {
        using var runner = new OnnxRunner(Model(Train(HighFrequency.QuoteTable, [])));
        double[] first = [100, 5, 101, 7];
        double[] rest = [100, 9, 101, 7, 100.5, 2, 101, 3];

        var alone = runner.Run<double>([("book", [.. first, .. rest], [1, 3, 4])], ["mid_change", "ofi", "ofi_path"]);
        var filled = runner.Run<double>([("book", [.. first, .. first, .. first, .. rest], [1, 5, 4])], ["mid_change", "ofi", "ofi_path"]);

        Assert.Equal(4 + 2 + 4, alone[1][0]);
        Assert.Equal([4, 10], alone[2]);
        Assert.Equal([0, 0, 4, 10], filled[2]);
        Assert.Equal(alone[0], filled[0]);
    }

    [Fact]
    public void Train_RidgeOnBothSides_ShrinksTowardsZero()
    {
        var free = Train(HighFrequency.QuoteTable, new() { ["predictors"] = "sides" });
        var bound = Train(HighFrequency.QuoteTable, new() { ["predictors"] = "sides", ["ridge"] = "1" });
        Assert.True(free.Metrics["slope_bid_flow"] > bound.Metrics["slope_bid_flow"]);
        Assert.True(bound.Metrics["slope_bid_flow"] > 0 && bound.Metrics["slope_ask_flow"] < 0);
        Assert.True(free.Metrics["r2"] > bound.Metrics["r2"]);
    }

    [Fact]
    public void Train_TicksOfTen_GivesATenthOfTheSlope() => Assert.Equal(
        Train(HighFrequency.QuoteTable, []).Metrics["slope_ofi"] / 10,
        Train(HighFrequency.QuoteTable, new() { ["tick_size"] = "0.1" }).Metrics["slope_ofi"],
        1e-12);

    [Fact]
    public void Evaluate_TheSecondDay_ExplainsItselfButForecastsNothing()
    {
        var from = HighFrequency.Quotes.Times.Count(time => time.Day == 2);
        var trained = Definition.Train(new TrainingRequest(HighFrequency.QuoteTable, new DateOnly(2018, 1, 2), new Dictionary<string, string>()), new RecordingObserver(), TestContext.Current.CancellationToken);
        var scores = Definition.Evaluate(trained, HighFrequency.QuoteTable, from, HighFrequency.QuoteTable.Count, TestContext.Current.CancellationToken);

        Assert.Equal(389, scores["intervals"]);
        Assert.True(scores["rmse"] < scores["baseline_no_change_rmse"], $"{scores["rmse"]} against {scores["baseline_no_change_rmse"]}");
        Assert.InRange(scores["r2"], 0.3, 0.7);
        Assert.InRange(scores["next_correlation"], -0.2, 0.2);
    }

    [Fact]
    public void Train_LaterRowsChange_GivesTheSameFiles()
    {
        var end = new DateOnly(2018, 1, 2);
        var table = HighFrequency.QuoteTable;
        var changed = new TrainingData(table.Times, [.. table.Columns.Select(column =>
            DataColumn.Of(column.Name, [.. column.Numbers!.Select((value, i) => table.Times![i].Day > 2 ? double.NaN : value)]))]);
        Assert.Equal(Files(table), Files(changed));

        byte[] Files(TrainingData data) => [.. Definition.Train(new TrainingRequest(data, end, new Dictionary<string, string>()), new RecordingObserver(), TestContext.Current.CancellationToken).Files.SelectMany(file => file.Content)];
    }

    [Fact]
    public void Train_QuotesThatMakeTooFewIntervals_IsRefused()
    {
        var exception = Assert.Throws<ModelTrainingException>(() => Train(HighFrequency.QuoteTable.Rows(0, 400), []));
        Assert.Contains("intervals", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>White's errors of a line in closed form: √Σ(x²e²)/Σx².</summary>
    [Fact]
    public void Ridge_WithoutPenalty_IsLeastSquaresWithWhitesErrors()
    {
        double[] x = [-2, -1, 0, 1, 2];
        double[] y = [-3.5, -2, 0.5, 1, 4];
        var fit = RidgeRegression.Fit([.. x.Select(value => new[] { value })], y, 0);
        Assert.Equal(1.8, fit.Coefficients[0], 1e-12);
        Assert.Equal(0, fit.Intercept, 1e-12);
        var spread = x.Zip(y, (a, b) => a * a * Math.Pow(b - (1.8 * a), 2)).Sum();
        Assert.Equal(Math.Sqrt(spread) / 10, fit.RobustErrors[0], 1e-12);
        Assert.Equal(0.9, RidgeRegression.Fit([.. x.Select(value => new[] { value })], y, 1).Coefficients[0], 1e-12);
        Assert.Throws<ModelTrainingException>(() => RidgeRegression.Fit([[1, 2], [2, 4], [3, 6]], [1, 2, 3], 0));
    }

    private static TrainedModel Train(TrainingData data, Dictionary<string, string> parameters) =>
        Definition.Train(new TrainingRequest(data, null, parameters), new RecordingObserver(), TestContext.Current.CancellationToken);

    private static byte[] Model(TrainedModel model) => model.Files.Single(file => file.Path == "model.onnx").Content;
}
