using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Evaluation;

namespace MLOps.Models.Tests.Evaluation;

/// <summary>Cross-validation of a whole model: what each training is shown, what is scored, and what is refused.</summary>
public sealed class CrossValidationTests
{
    private static readonly Dictionary<string, string> NoParameters = [];

    private static readonly CrossValidationPlan Purged = new(CrossValidationMethod.PurgedKFold, Folds: 3, EmbargoRows: 1, LabelHorizon: 1);

    private static readonly CrossValidationPlan Combinatorial = new(CrossValidationMethod.CombinatorialPurged, Folds: 4, TestGroups: 2, EmbargoRows: 0);

    [Fact]
    public void Purged_EachTraining_IsShownTheRowsOutsideItsBlockPurgeAndEmbargo()
    {
        var model = new MeanModel(hasSeed: false);
        var result = Evaluate(model, 12, Purged);

        // Blocks 0..3, 4..7, 8..11: a label reaches one row ahead, and one row behind a block is under embargo.
        Assert.Equal([5, 6, 7, 8, 9, 10, 11], model.Shown[0].Numbers);
        Assert.Equal([0, 1, 2, 9, 10, 11], model.Shown[1].Numbers);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], model.Shown[2].Numbers);
        Assert.Equal([[], [9], []], model.Shown.Select(shown => shown.AfterGaps));
        Assert.Equal([1, 2, 1], result.Scores.Select(score => score.Fold.LeftOut));
        Assert.Equal([4, 4, 4], result.Scores.Select(score => score.Figures["rows"]));
        Assert.Equal(8 - 1.5, result.Scores[0].Figures["error"], 1e-12);
        Assert.Equal(5.5 - 5.5, result.Scores[1].Figures["error"], 1e-12);
    }

    [Fact]
    public void Purged_Scoring_SeesTheBlockBehindWhatCameBeforeItAndNoRowBehindTheBlock()
    {
        var plan = Purged;
        var data = Counting(12);
        var folds = plan.Split(data);

        var (first, from, to) = plan.Scored(data, folds[0]);
        Assert.Equal([5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3], first.Numbers("x"));
        Assert.Equal((7, 11), (from, to));
        Assert.True(first.IsAfterGap(7));

        (var middle, from, to) = plan.Scored(data, folds[1]);
        Assert.Equal([9, 10, 11, 0, 1, 2, 3, 4, 5, 6, 7], middle.Numbers("x"));
        Assert.Equal((7, 11), (from, to));
        Assert.True(middle.IsAfterGap(3));

        // The block goes on where its history ends.
        Assert.False(middle.IsAfterGap(7));
    }

    [Fact]
    public void Split_ManyRowsADay_NeverTearsADayApart()
    {
        DateTime[] times = [.. Enumerable.Range(0, 60).Select(i => new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(i / 7))];
        var data = new TrainingData(times, [DataColumn.Of("x", [.. Enumerable.Range(0, 60).Select(i => (double)i)])]);
        foreach (var fold in Purged.Split(data))
        {
            // Nine days in three blocks, a label that ends a day later, and a day's embargo.
            Assert.Equal(3, times[fold.TestFrom..fold.TestTo].Distinct().Count());
            Assert.Empty(fold.Train.SelectMany(range => times[range.From..range.To]).Intersect(times[fold.TestFrom..fold.TestTo]));
        }
    }

    [Fact]
    public void Embargo_AsAFraction_IsOfTheRows()
    {
        var folds = new CrossValidationPlan(CrossValidationMethod.PurgedKFold, Folds: 2, EmbargoFraction: 0.05).Split(Counting(100));
        Assert.Equal([new RowRange(55, 100)], folds[0].Train);
        Assert.Equal([new RowRange(0, 50)], folds[1].Train);
    }

    [Fact]
    public void Combinatorial_FourGroupsTwoTested_SixTrainingsThreePathsByHand()
    {
        var model = new MeanModel(hasSeed: false);
        var result = Evaluate(model, 12, Combinatorial);

        Assert.Equal(6, model.Shown.Count);
        Assert.Equal([(1, 1), (1, 2), (2, 1), (2, 3), (3, 1), (3, 4), (4, 2), (4, 3), (5, 2), (5, 4), (6, 3), (6, 4)], result.Scores.Select(score => (score.Fold.Number, score.Fold.Block)));

        // Groups 1 and 3 of 0..2, 3..5, 6..8, 9..11 tested: 3..5 and 9..11 are left.
        Assert.Equal([3, 4, 5, 9, 10, 11], model.Shown[1].Numbers);
        Assert.Equal([9], model.Shown[1].AfterGaps);

        Assert.Equal([1, 2, 3], result.Paths.Select(path => path.Number));
        Assert.Equal([1, 1, 2, 3], result.Paths[0].Folds);

        // Errors: fold 1 trains on 6..11 (8.5): 7.5 and 4.5 on groups 1 and 2; fold 2 (7): 0 on group 3; fold 3 (5.5): -4.5 on group 4.
        Assert.Equal((7.5 + 4.5 + 0 - 4.5) / 4, result.Paths[0].Figures["error"], 1e-12);
        var error = Assert.Single(result.PathFigures, figure => figure.Name == "error");
        double[] paths = [.. result.Paths.Select(path => path.Figures["error"])];
        Assert.Equal((3, paths.Average(), paths.Min(), paths.Max()), (error.Paths, error.Mean, error.Minimum, error.Maximum));
        Assert.Equal(result.Figures.Single(figure => figure.Name == "error").Mean, error.Mean, 1e-12);

        // Its strategy earns the row's number: every path earns 0 to 11 in order, whatever model traded.
        double[] earned = [.. Enumerable.Range(0, 12).Select(i => (double)i)];
        Assert.All(result.Paths, path => Assert.Equal(SharpeRatio.Of(earned), path.Sharpe!.Value, 1e-12));
        var sharpe = Assert.Single(result.PathFigures, figure => figure.Name == PathSummary.Sharpe);
        Assert.Equal((3, 0, 0), (sharpe.Paths, Math.Round(sharpe.Deviation!.Value, 12), sharpe.ShareBelowZero));
    }

    [Fact]
    public void Combinatorial_SeveralSeeds_HasThePathsOfEach()
    {
        var result = Evaluate(new MeanModel(hasSeed: true), 12, Combinatorial with { Seeds = 2 });
        Assert.Equal([(1, 1), (2, 1), (3, 1), (1, 2), (2, 2), (3, 2)], result.Paths.Select(path => (path.Number, path.Seed!.Value)));
        Assert.Equal(1, result.Paths[3].Figures["error"] - result.Paths[0].Figures["error"], 1e-12);
    }

    [Fact]
    public void Shuffled_LabelsThatOverlap_IsRefusedWithTheReason()
    {
        var plan = new CrossValidationPlan(CrossValidationMethod.ShuffledKFold, LabelHorizon: 3);
        var refusal = Assert.Throws<ModelTrainingException>(() => Evaluate(new MeanModel(hasSeed: false) { Continuity = RowContinuity.Independent }, 12, plan));
        Assert.Contains("Shuffled k-fold is refused: label 0 (rows 0 to 3) and label 1 (rows 1 to 4) share rows", refusal.Message, StringComparison.Ordinal);

        // What the model says of its own labels is enough.
        var trees = new ModelCatalog().Find("boosted-trees")!;
        refusal = Assert.Throws<ModelTrainingException>(() => (plan with { LabelHorizon = null }).Check(trees, new Dictionary<string, string> { ["horizon"] = "7" }));
        Assert.Contains("label 0 (rows 0 to 7)", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shuffled_LabelsOfUnknownReachOrRowsThatBelongTogether_IsRefused()
    {
        var plan = new CrossValidationPlan(CrossValidationMethod.ShuffledKFold);
        Assert.Contains("give label_horizon", Refusal(plan, RowContinuity.Independent), StringComparison.Ordinal);
        Assert.Contains("the model 'mean' makes returns or windows of rows that follow each other", Refusal(plan with { LabelHorizon = 0 }, RowContinuity.Pieces), StringComparison.Ordinal);

        static string Refusal(CrossValidationPlan plan, RowContinuity continuity) =>
            Assert.Throws<ModelTrainingException>(() => plan.Check(new MeanModel(hasSeed: false) { Continuity = continuity }, NoParameters)).Message;
    }

    [Fact]
    public void Shuffled_RowsThatStandByThemselves_TestsEachOnceInNoOrder()
    {
        var model = new MeanModel(hasSeed: false) { Continuity = RowContinuity.Independent };
        var result = Evaluate(model, 40, new CrossValidationPlan(CrossValidationMethod.ShuffledKFold, Folds: 4, LabelHorizon: 0));
        Assert.Equal(Enumerable.Range(0, 40), result.Scores.SelectMany(score => score.Fold.Test).SelectMany(range => Enumerable.Range(range.From, range.Count)).Order());
        Assert.All(result.Scores, score => Assert.True(score.Fold.Test.Count > 1, "The rows are in order."));
        Assert.Equal([10, 10, 10, 10], result.Scores.Select(score => score.Figures["rows"]));
        Assert.Equal([30, 30, 30, 30], model.Shown.Select(shown => shown.Numbers.Length));
    }

    [Theory]
    [InlineData(1, 1, 0, 0.01, 0, 1, "'folds' is 1: expected 2 to 1000")]
    [InlineData(4, 4, 0, 0.01, 0, 1, "'test_groups' is 4: expected 1 to 3")]
    [InlineData(40, 20, 0, 0.01, 0, 1, "'folds' is 40: expected with 20 test groups at most 10000 trainings")]
    [InlineData(4, 2, -1, 0.01, 0, 1, "'embargo_rows' is -1")]
    [InlineData(4, 2, 0, 1.0, 0, 1, "'embargo_fraction' is 1")]
    [InlineData(4, 2, 0, 0.01, -1, 1, "'label_horizon' is -1")]
    [InlineData(4, 2, 0, 0.01, 0, 0, "'seeds' is 0")]
    [InlineData(20, 1, 0, 0.01, 0, 1, "12 observations cannot be cut into 20 blocks")]
    [InlineData(2, 1, 12, 0.01, 12, 1, "leave nothing to train fold 1 on")]
    public void Plan_ThatDoesNotFit_SaysWhat(int folds, int testGroups, int embargoRows, double embargo, int horizon, int seeds, string said)
    {
        var plan = new CrossValidationPlan(CrossValidationMethod.CombinatorialPurged, folds, testGroups, embargoRows, embargo, horizon, seeds);
        Assert.Contains(said, Assert.Throws<ModelTrainingException>(() => Evaluate(new MeanModel(hasSeed: false), 12, plan)).Message, StringComparison.Ordinal);
    }

    /// <summary>A fold that fails is named by its rows.</summary>
    [Fact]
    public void Evaluate_FoldFails_NamesIt()
    {
        var exception = Assert.Throws<ModelTrainingException>(() => Evaluate(new MeanModel(hasSeed: false), 14, Combinatorial));
        Assert.Contains("Fold 1 of 6 (trained to 2020-01-14, blocks 1 and 2): Unlucky.", exception.Message, StringComparison.Ordinal);
    }

    internal static TrainingData Counting(int rows) => new(
        [.. Enumerable.Range(0, rows).Select(i => new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(i))],
        [DataColumn.Of("x", [.. Enumerable.Range(0, rows).Select(i => (double)i)])]);

    private static EvaluationResult Evaluate(MeanModel model, int rows, EvaluationPlan plan) =>
        ModelEvaluation.Evaluate(model, Counting(rows), NoParameters, plan, new RecordingObserver(), CancellationToken.None);
}
