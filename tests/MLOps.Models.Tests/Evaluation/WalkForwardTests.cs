using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Evaluation;

namespace MLOps.Models.Tests.Evaluation;

public sealed class WalkForwardTests
{
    private static readonly Dictionary<string, string> NoParameters = [];

    [Fact]
    public void Folds_Expanding_TrainOnAllBeforeAndTileTheRest()
    {
        var folds = WalkForwardSplit.Folds(Counting(12), new WalkForwardPlan(3, FirstTrainShare: 0.5));
        Assert.Equal([(1, 0, 6, 6, 8), (2, 0, 8, 8, 10), (3, 0, 10, 10, 12)], Bounds(folds));
    }

    [Fact]
    public void Folds_RollingWithGap_KeepTheLengthAndLeaveTheGapOut()
    {
        var folds = WalkForwardSplit.Folds(Counting(12), new WalkForwardPlan(3, WalkForwardWindow.Rolling, FirstTrainShare: 0.5, Gap: 2));
        Assert.Equal([(1, 0, 4, 6, 8), (2, 2, 6, 8, 10), (3, 4, 8, 10, 12)], Bounds(folds));
    }

    [Fact]
    public void Folds_FirstTrainEnd_IsTheLastTrainedDay()
    {
        var data = Counting(12);
        var folds = WalkForwardSplit.Folds(data, new WalkForwardPlan(2, FirstTrainEnd: new DateOnly(2020, 1, 8)));
        Assert.Equal(new DateTime(2020, 1, 8), data.Times![folds[0].TrainTo - 1]);
        Assert.Equal([(1, 0, 8, 8, 10), (2, 0, 10, 10, 12)], Bounds(folds));
    }

    [Fact]
    public void Folds_ManyRowsADay_NeverTearADayApart()
    {
        DateTime[] times = [.. Enumerable.Range(0, 60).Select(i => new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(i / 7))];
        var data = new TrainingData(times, [DataColumn.Of("x", [.. Enumerable.Range(0, 60).Select(i => (double)i)])]);
        foreach (var window in Enum.GetValues<WalkForwardWindow>())
        {
            var folds = WalkForwardSplit.Folds(data, new WalkForwardPlan(3, window));
            Assert.All(folds, fold => Assert.True(times[fold.TrainTo - 1] < times[fold.TestFrom]));
            Assert.All(folds, fold => Assert.True(fold.TrainFrom == 0 || times[fold.TrainFrom - 1] < times[fold.TrainFrom]));
            Assert.All(folds.Zip(folds.Skip(1)), pair => Assert.Equal(pair.First.TestTo, pair.Second.TestFrom));
        }
    }

    /// <summary>Half a day's variance is no day's.</summary>
    [Theory]
    [InlineData("har-rv")]
    [InlineData("lstm-volatility")]
    public void Split_ModelThatSumsUpDays_NeverTearsOne(string id)
    {
        DateTime[] times = [.. Enumerable.Range(0, 200).Select(i => new DateTime(2020, 1, 1, 9, 0, 0, DateTimeKind.Utc).AddDays(i / 7).AddMinutes(30 * (i % 7)))];
        var data = new TrainingData(times, [DataColumn.Of("x", [.. Enumerable.Range(0, 200).Select(i => (double)i)])]);
        var definition = new ModelCatalog().Find(id)!;
        EvaluationPlan[] plans = [new WalkForwardPlan(3, Gap: 10), new WalkForwardPlan(3, WalkForwardWindow.Rolling), new CrossValidationPlan(CrossValidationMethod.PurgedKFold, Folds: 3)];
        foreach (var plan in plans)
        {
            int[] bounds = [.. plan.For(definition, new Dictionary<string, string> { ["values"] = "intraday-prices" }).Split(data).SelectMany(fold => fold.Train.Concat(fold.Test)).SelectMany(range => new[] { range.From, range.To })];
            Assert.All(bounds, bound => Assert.True(bound is 0 or 200 || bound % 7 == 0, $"{plan.Method} cuts at row {bound}"));

            // One row a day, and other models, are cut anywhere.
            Assert.Contains(plan.For(definition, new Dictionary<string, string>()).Split(data).SelectMany(fold => fold.Test), range => range.From % 7 != 0);
        }
    }

    [Theory]
    [InlineData(0, 1, 0, 0.5, "'folds' is 0")]
    [InlineData(3, 0, 0, 0.5, "'seeds' is 0")]
    [InlineData(3, 1, -1, 0.5, "'gap' is -1")]
    [InlineData(3, 1, 0, 1.0, "'first_train_share' is 1")]
    [InlineData(3, 1, 0, double.NaN, "'first_train_share' is NaN")]
    [InlineData(7, 1, 0, 0.5, "cannot be walked forward in 7 folds")]
    [InlineData(2, 1, 6, 0.5, "with a gap of 6")]
    public void Folds_PlanThatDoesNotFit_SaysWhat(int folds, int seeds, int gap, double share, string message)
    {
        var exception = Assert.Throws<ModelTrainingException>(() => WalkForwardSplit.Folds(Counting(12), new WalkForwardPlan(folds, FirstTrainShare: share, Gap: gap, Seeds: seeds)));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folds_TrainEndAtTheLastRow_LeavesNothingToScore() =>
        Assert.Throws<ModelTrainingException>(() => WalkForwardSplit.Folds(Counting(12), new WalkForwardPlan(1, FirstTrainEnd: new DateOnly(2030, 1, 1))));

    [Fact]
    public void Evaluate_NoFoldIsShownItsFuture()
    {
        var model = new MeanModel(hasSeed: false);
        Evaluate(model, 12, new WalkForwardPlan(3, Seeds: 5));

        // Once a fold: a model without a seed gives the same every time.
        Assert.Equal([(0, 5, 6), (0, 7, 8), (0, 9, 10)], model.Trained);
        Assert.Equal([7, 9, 11], model.LastShown);
    }

    [Fact]
    public void Evaluate_Rolling_GivesTheBaselineTheSamePastAsTheModel()
    {
        var model = new MeanModel(hasSeed: false);
        var result = Evaluate(model, 12, new WalkForwardPlan(3, WalkForwardWindow.Rolling));
        Assert.Equal([(0, 5, 6), (2, 7, 6), (4, 9, 6)], model.Trained);

        // The last trained row beside the mean of the next two.
        Assert.All(result.Scores, score => Assert.Equal(-1.5, score.Figures["baseline_last_error"]));
    }

    [Fact]
    public void Evaluate_SeveralSeeds_MeanAndDeviationsByHand()
    {
        var result = ModelEvaluation.Evaluate(new MeanModel(hasSeed: true), Counting(12), new Dictionary<string, string> { ["seed"] = "10" }, new WalkForwardPlan(2, Seeds: 3), new RecordingObserver(), CancellationToken.None);
        Assert.Equal([10, 11, 12, 10, 11, 12], result.Scores.Select(score => score.Seed));

        // Fold 1 trains on 0..5 (mean 2.5) and scores 6..8 (7); fold 2 on 0..8 (4) and 9..11 (10). Errors without the seed: -4.5 and -6.
        var error = result.Figures.Single(figure => figure.Name == "error");
        Assert.Equal(-5.25 + 11, error.Mean, 12);
        Assert.Equal(1, error.SeedDeviation!.Value, 12);
        Assert.Equal(1.5 / Math.Sqrt(2), error.FoldDeviation!.Value, 12);
        Assert.Null(error.BaselineOf);

        var baseline = result.Figures.Single(figure => figure.Name == "baseline_last_error");
        Assert.Equal("error", baseline.BaselineOf);
        Assert.Equal(0, baseline.SeedDeviation);
        Assert.Equal(["error", "baseline_last_error", "rows"], result.Figures.Select(figure => figure.Name));
    }

    [Fact]
    public void Evaluate_OneSeedOneFold_HasNoDeviations()
    {
        var result = Evaluate(new MeanModel(hasSeed: true), 12, new WalkForwardPlan(1));
        Assert.All(result.Figures, figure => Assert.Equal((null, null), (figure.SeedDeviation, figure.FoldDeviation)));
    }

    [Fact]
    public void Evaluate_SeedsBeyondTheRange_AreRefused()
    {
        var exception = Assert.Throws<ModelTrainingException>(() => ModelEvaluation.Evaluate(
            new MeanModel(hasSeed: true), Counting(12), new Dictionary<string, string> { ["seed"] = "999" }, new WalkForwardPlan(2, Seeds: 3), new RecordingObserver(), CancellationToken.None));
        Assert.Contains("999 to 1001 exceed 1000", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_FoldFails_NamesIt()
    {
        var exception = Assert.Throws<ModelTrainingException>(() => Evaluate(new MeanModel(hasSeed: false), 22, new WalkForwardPlan(3)));
        Assert.Contains("Fold 2 of 3 (trained to 2020-01-14): Unlucky.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_Progress_IsOfTheWholeAndFoldsCurvesAreNotPassedOn()
    {
        var observer = new RecordingObserver();
        ModelEvaluation.Evaluate(new MeanModel(hasSeed: false), Counting(12), NoParameters, new WalkForwardPlan(2), observer, CancellationToken.None);
        Assert.Empty(observer.Epochs);
        Assert.Equal([0.25, 0.75], observer.Progress.Select(progress => progress.Fraction));
        Assert.StartsWith("Fold 2 of 2", observer.Progress[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_Cancelled_Stops() => Assert.Throws<OperationCanceledException>(() =>
        ModelEvaluation.Evaluate(new MeanModel(hasSeed: false), Counting(12), NoParameters, new WalkForwardPlan(2), new RecordingObserver(), new CancellationToken(canceled: true)));

    [Fact]
    public void Evaluate_GarchOnSp500_BeatsAConstantVarianceInEveryFold()
    {
        var garch = new ModelCatalog().Find("garch")!;
        var result = ModelEvaluation.Evaluate(garch, TestSeries.Sp500, NoParameters, new WalkForwardPlan(4, WalkForwardWindow.Rolling), new RecordingObserver(), CancellationToken.None);
        Assert.All(result.Scores, score => Assert.True(score.Figures["qlike"] < score.Figures["qlike_constant"]));
        Assert.Equal(["qlike", "qlike"], result.Figures.Where(figure => figure.Name.StartsWith("qlike_", StringComparison.Ordinal)).Select(figure => figure.BaselineOf));
        Assert.Equal(TestSeries.Sp500.Count - (TestSeries.Sp500.Count / 2), result.Scores.Sum(score => score.Figures["days"]));
    }

    /// <summary>Days from 2020-01-01, each with its number.</summary>
    private static IEnumerable<(int Number, int TrainFrom, int TrainTo, int TestFrom, int TestTo)> Bounds(IReadOnlyList<EvaluationFold> folds) =>
        folds.Select(fold => (fold.Number, Assert.Single(fold.Train).From, fold.TrainTo, Assert.Single(fold.Test).From, fold.TestTo));

    private static TrainingData Counting(int rows) => new(
        [.. Enumerable.Range(0, rows).Select(i => new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(i))],
        [DataColumn.Of("x", [.. Enumerable.Range(0, rows).Select(i => (double)i)])]);

    private static EvaluationResult Evaluate(MeanModel model, int rows, WalkForwardPlan plan) =>
        ModelEvaluation.Evaluate(model, Counting(rows), NoParameters, plan, new RecordingObserver(), CancellationToken.None);
}
