using System.Text.Json;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.Garch;

/// <summary>What GARCH(1,1), GJR-GARCH and EGARCH share as models of the catalogue.</summary>
public sealed class VarianceModelTests
{
    private static readonly TrainingData DemGbp = new(null, [DataColumn.Of("ret_pct", TestSeries.DemGbp)]);

    [Theory]
    [InlineData("garch", "normal", "dem2gbp/garch-norm")]
    [InlineData("gjr-garch", "student-t", "dem2gbp/gjr-t")]
    [InlineData("egarch", "normal", "dem2gbp/egarch-norm")]
    public void Train_ColumnOfReturnsWithoutTimes_IsTheFitOfThatColumn(string id, string innovations, string reference)
    {
        var trained = Train(id, DemGbp, ("column", "ret_pct"), ("values", "returns"), ("innovations", innovations));

        var expected = TestSeries.Reference("garch-reference.json", reference);
        Assert.Equal(expected.GetProperty("loglik").GetDouble(), trained.Metrics["loglik"], 1e-6);
        Assert.Equal(expected.GetProperty("h_next").GetDouble(), trained.Metrics["h_next"], 1e-7);
        Assert.Null(trained.Monitored);
        Assert.Equal("row 0", trained.Tags["training_start"]);
        using var parameters = JsonDocument.Parse(trained.Files.Single(file => file.Path == "parameters.json").Content);
        Assert.Equal(
            trained.Tags["parameter_order"],
            string.Join(", ", parameters.RootElement.GetProperty("parameters").EnumerateArray().Select(item => item.GetProperty("name").GetString())));
    }

    /// <summary>From some of the points that are tried here the variance leaves the numbers; that is no fit, and no error either.</summary>
    [Fact]
    public void Train_EgarchOnFourYearsOfBars_Converges()
    {
        var trained = Train("egarch", TrainingData.FromBars(TestSeries.Sp500).Rows(0, 1040), ("column", "close"));

        Assert.True(trained.Metrics["loglik"] > trained.Metrics["loglik_constant_variance"] + 50);
        Assert.InRange(trained.Metrics["persistence"], 0.9, 1);
    }

    [Theory]
    [InlineData("garch")]
    [InlineData("gjr-garch")]
    [InlineData("egarch")]
    public void Evaluate_ColumnOfReturns_ScoresAsTrainingDid(string id)
    {
        var trained = Train(id, DemGbp, ("column", "ret_pct"), ("values", "returns"), ("validation_fraction", "0.25"));
        var days = (int)trained.Metrics["val_days"];

        var scores = new ModelCatalog().Find(id)!.Evaluate(trained, DemGbp, DemGbp.Count - days, DemGbp.Count, TestContext.Current.CancellationToken);

        Assert.Equal(493, days);
        Assert.All(scores, score => Assert.Equal(trained.Metrics[$"val_{score.Key}"], score.Value, 1e-9));
        Assert.True(scores["qlike"] < scores["qlike_constant"]);
    }

    /// <summary>The variance of a day is made of the days before it, and is positive whatever they were.</summary>
    [Theory]
    [InlineData("garch")]
    [InlineData("gjr-garch")]
    [InlineData("egarch")]
    public void Batch_FutureChanges_LeavesEarlierVariancesPositiveAndAsTheyWere(string id)
    {
        var trained = Train(id, DemGbp, ("column", "ret_pct"), ("values", "returns"));
        using var batch = new OnnxRunner(trained.Files.Single(file => file.Path == "batch.onnx").Content);
        double[] changed = [.. TestSeries.DemGbp[..1000], -40, 25, 0, .. TestSeries.DemGbp[1003..]];
        double[] Variances(double[] y) => batch.Run<double>([("y", y, [y.Length])], ["h"])[0];

        var (before, after) = (Variances(TestSeries.DemGbp), Variances(changed));

        Assert.Equal(before[..1001], after[..1001]);
        Assert.All(after, h => Assert.True(h > 0 && double.IsFinite(h)));
        Assert.True(after[1001] > before[1001]);
    }

    [Theory]
    [InlineData("close", "prices", -3.0, "Row 7, column 'close' is -3: prices must be positive")]
    [InlineData("close", "prices", double.NaN, "Row 7, column 'close' is NaN")]
    [InlineData("close", "returns", double.PositiveInfinity, "Row 7, column 'close'")]
    [InlineData("last", "prices", 3.0, "no column 'last'")]
    public void Train_BadRowOrColumn_IsNamed(string column, string values, double bad, string message)
    {
        double[] series = [.. Enumerable.Range(0, 300).Select(i => i == 7 ? bad : 100 + Math.Sin(i))];
        var exception = Assert.Throws<ModelTrainingException>(() => Train("gjr-garch", new TrainingData(null, [DataColumn.Of("close", series)]), ("column", column), ("values", values)));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_DayThatComesTwice_IsNamed()
    {
        var bars = TestSeries.FromCloses([.. Enumerable.Range(0, 300).Select(i => 100 + Math.Sin(i))]);
        var exception = Assert.Throws<ModelTrainingException>(() => Train("garch", bars with { Dates = [.. bars.Dates.Select((date, i) => i == 20 ? bars.Dates[19] : date)] }));
        Assert.Contains("Row 20", exception.Message, StringComparison.Ordinal);
    }

    private static TrainedModel Train(string id, TrainingData data, params (string Name, string Value)[] parameters) => new ModelCatalog().Find(id)!.Train(
        new TrainingRequest(data, null, parameters.ToDictionary(entry => entry.Name, entry => entry.Value)),
        new RecordingObserver(),
        TestContext.Current.CancellationToken);
}
