using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Evaluation;
using MLOps.Models.Evaluation.Validation;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.Evaluation;

/// <summary>Real trainings, shortened, of every model: the one seam gives each its validation metrics, or says why not.</summary>
[Collection("libtorch has one random generator a process")]
public sealed class ModelValidationTests
{
    private static readonly string[] OfAnswers =
        [ValidationNames.TemporalContinuity, ValidationNames.RegimeFisher, ValidationNames.RegimeSilhouette, ValidationNames.PredictionNoiseVariance];

    /// <summary>What cannot be had, by model; of the others everything can but the order of fewer than three features.</summary>
    private static readonly Dictionary<string, string[]> Gaps = new()
    {
        // One answer for a whole estimate of covariances.
        ["portfolio-optimizer"] = [.. OfAnswers, ValidationNames.FeaturePsi, ValidationNames.FeatureRankCorrelation],
        ["hierarchical-risk-parity"] = [.. OfAnswers, ValidationNames.FeaturePsi, ValidationNames.FeatureRankCorrelation],

        // Texts and event times have no price.
        ["sentiment"] = [ValidationNames.RegimeFisher, ValidationNames.RegimeSilhouette],
        ["hawkes-intensity"] = [ValidationNames.RegimeFisher, ValidationNames.RegimeSilhouette, ValidationNames.FeatureRankCorrelation],
    };

    public static TheoryData<string> Models => [.. new ModelCatalog().Definitions.Select(definition => definition.Id)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Of_EveryModel_GivesEachMetricOrTheReason(string id)
    {
        var definition = new ModelCatalog().Find(id)!;
        var (model, data, rows) = Train(definition);

        var report = ModelValidation.Of(definition, model, data, [rows], folds: 5, TestContext.Current.CancellationToken);

        var facts = string.Join("; ", report.Values.Select(value => $"{value.Key} {value.Value:G4}").Concat(report.Gaps.Select(gap => $"{gap.Key}: {gap.Value}")));
        TestContext.Current.TestOutputHelper!.WriteLine(facts);
        Assert.True(report.Rows == rows, facts);
        Assert.Equal(ValidationNames.All.Order(), report.Values.Keys.Concat(report.Gaps.Keys).Order());
        if (Gaps.TryGetValue(id, out var gaps))
        {
            Assert.True(gaps.Order().SequenceEqual(report.Gaps.Keys.Order()), facts);
        }
        else
        {
            Assert.True(report.Gaps.Keys.All(name => name == ValidationNames.FeatureRankCorrelation), facts);
        }

        Assert.All(report.Values.Values, value => Assert.True(double.IsFinite(value), facts));
        Assert.InRange(report.Values.GetValueOrDefault(ValidationNames.TemporalContinuity), -1, 1);
        Assert.InRange(report.Values.GetValueOrDefault(ValidationNames.RegimeSilhouette), -1, 1);
        Assert.InRange(report.Values[ValidationNames.PredictionDisagreement], 0, OnnxParity.Float32Tolerance);
        Assert.True(report.Values.GetValueOrDefault(ValidationNames.RegimeFisher) >= 0, facts);
        Assert.True(report.Values.GetValueOrDefault(ValidationNames.PredictionNoiseVariance) >= 0, facts);
        Assert.Equal(model.Monitored is not null, report.Watched is not null);
        Assert.Equal(id is "rl-allocator" or "meta-controller" or "portfolio-optimizer" or "hierarchical-risk-parity" or "momentum-ranker", report.Returns.Count > 1);
    }

    /// <summary>The same by hand, from the file that was exported.</summary>
    [Fact]
    public void Of_Garch_MeasuresWhatItsGraphAnswersOnTheRows()
    {
        var definition = new ModelCatalog().Find("garch")!;
        var (model, data, rows) = Train(definition);
        var report = ModelValidation.Of(definition, model, data, [rows], folds: 5, TestContext.Current.CancellationToken);

        var returns = ReturnSeries.Of(data, HyperParameterValues.Parse(definition.HyperParameters, model.Parameters)).Percent;
        using var graph = new OnnxRunner(model.Files.Single(file => file.Path == "batch.onnx").Content);
        var variances = graph.Run<double>([("y", returns, [returns.Length])], ["h"])[0];

        // Return i is of row i + 1. One column, so its unit matters to nothing.
        double[][] answers = [.. variances.Skip(rows.From - 1).Select(h => new[] { h })];
        double[] volatilities = [.. Enumerable.Range(0, returns.Length).Select(i => i < 20 ? double.NaN : returns[(i - 20)..(i + 1)].Average(y => y * y))];
        double[] trained = [.. volatilities[20..(rows.TrainedTo - 1)].Order()];
        var threshold = 0.5 * (trained[(trained.Length - 1) / 2] + trained[trained.Length / 2]);
        bool[] isHigh = [.. volatilities.Skip(rows.From - 1).Select(volatility => volatility > threshold)];

        Assert.Equal(ValidationMetrics.TemporalContinuity(answers), report.Values[ValidationNames.TemporalContinuity], 1e-9);
        Assert.Equal(ValidationMetrics.FisherRatio(answers, isHigh), report.Values[ValidationNames.RegimeFisher], 1e-9);
        Assert.Equal(ValidationMetrics.Silhouette(answers, isHigh), report.Values[ValidationNames.RegimeSilhouette], 1e-9);
        Assert.Equal(returns[(rows.From - 1)..], report.Watched!.Single());
        Assert.InRange(report.Values[ValidationNames.PredictionNoiseVariance], 1e-6, 0.1);

        // Five parts of the training returns.
        double[][] watched = [.. returns[..(rows.TrainedTo - 1)].Select(y => new[] { y })];
        var stability = ValidationMetrics.Stability([.. Enumerable.Range(0, 5).Select(k => watched[(k * watched.Length / 5)..((k + 1) * watched.Length / 5)])]);
        Assert.Equal(stability.MeanPsi, report.Values[ValidationNames.FeaturePsi], 1e-12);
    }

    [Fact]
    public void Of_UnseenRowsChange_LeavesThresholdAndFeatureStability()
    {
        var definition = new ModelCatalog().Find("garch")!;
        var (model, data, rows) = Train(definition);
        var changed = data.ChangedFrom(rows.TrainedTo);

        var before = MarketRegime.Of(definition, model, data, rows.TrainedTo);
        var after = MarketRegime.Of(definition, model, changed, rows.TrainedTo);
        var report = ModelValidation.Of(definition, model, changed, [rows], folds: 5, TestContext.Current.CancellationToken);

        Assert.Equal(before.Threshold, after.Threshold);
        Assert.Equal(before.IsHigh[..rows.TrainedTo], after.IsHigh[..rows.TrainedTo]);
        Assert.Null(after.IsHigh[MarketRegime.LookBack - 1]);
        Assert.NotNull(after.IsHigh[MarketRegime.LookBack]);
        Assert.Equal(
            ModelValidation.Of(definition, model, data, [rows], folds: 5, TestContext.Current.CancellationToken).Values[ValidationNames.FeaturePsi],
            report.Values[ValidationNames.FeaturePsi]);
    }

    /// <summary>A year cut short leaves too few unseen rows: the last part of those seen is taken, and no row at all says why.</summary>
    [Fact]
    public void Of_RowsThatCannotBeScored_TakesTheNextOrSaysWhy()
    {
        var definition = new ModelCatalog().Find("momentum-ranker")!;
        var (model, data, rows) = Train(definition);
        var few = rows with { To = rows.From + 3, Which = "three rows" };
        var seen = rows with { From = rows.TrainedTo - 200, To = rows.TrainedTo };

        Assert.Equal(seen, ModelValidation.Of(definition, model, data, [few, seen], folds: 5, TestContext.Current.CancellationToken).Rows);
        var none = ModelValidation.Of(definition, model, data, [few], folds: 5, TestContext.Current.CancellationToken);
        Assert.Null(none.Rows);
        Assert.Contains("three rows: Rows 1040 to 1043 cannot be scored", none.Gaps[ValidationNames.TemporalContinuity], StringComparison.Ordinal);
        Assert.Contains(ValidationNames.PredictionDisagreement, none.Values.Keys);
    }

    /// <summary>Noise of quotes that moves no price and no size that stood still is a small part of what the market moves.</summary>
    [Fact]
    public void Of_OrderFlow_TheNoiseOfQuotesThatStandStillMovesNothing()
    {
        var definition = new ModelCatalog().Find("order-flow-impact")!;
        var (model, data, rows) = Train(definition);
        var report = ModelValidation.Of(definition, model, data, [rows], folds: 5, TestContext.Current.CancellationToken);

        Assert.InRange(report.Values[ValidationNames.PredictionNoiseVariance], 1e-6, 0.05);
    }

    private static (TrainedModel Model, TrainingData Data, ValidationRows Rows) Train(IModelDefinition definition)
    {
        var data = CatalogueRows.Of(definition.Id);
        var trainedTo = CatalogueRows.TrainedTo(data);
        var model = definition.Train(new TrainingRequest(data.Rows(0, trainedTo), null, CatalogueRows.Parameters(definition)), new RecordingObserver(), TestContext.Current.CancellationToken);
        return (model, data, new ValidationRows(trainedTo, Math.Min(data.Count, trainedTo + 1000), trainedTo, "the rest"));
    }
}
