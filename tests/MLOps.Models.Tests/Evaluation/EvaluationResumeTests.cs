using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Evaluation;

namespace MLOps.Models.Tests.Evaluation;

/// <summary>An evaluation that broke off goes on with the first training that is not done, and comes to what it would have come to.</summary>
public sealed class EvaluationResumeTests
{
    private static readonly EvaluationPlan[] Plans =
    [
        new WalkForwardPlan(3, Seeds: 2),
        new CrossValidationPlan(CrossValidationMethod.CombinatorialPurged, Folds: 4, TestGroups: 2, EmbargoRows: 0, Seeds: 2),
    ];

    public static TheoryData<int, int> Broken => new(from plan in new[] { 0, 1 } from after in Enumerable.Range(0, plan == 0 ? 7 : 13) select (plan, after));

    [Theory]
    [MemberData(nameof(Broken))]
    public void Evaluate_BrokenOffAfterAnyTraining_TrainsTheRestAndResultsInTheSame(int planNumber, int after)
    {
        var plan = Plans[planNumber];
        var whole = new Keeper();
        var expected = Evaluate(new MeanModel(hasSeed: true), plan, whole);

        var model = new MeanModel(hasSeed: true);
        var rest = new Keeper { Start = after == 0 ? null : whole.Kept[after - 1] };
        var actual = Evaluate(model, plan, rest);

        Assert.Equal(whole.Kept.Count - after, model.Trained.Count);
        Assert.Equal(Text(expected), Text(actual));

        // What has been told is not told again, and what was not is.
        var seeds = 2;
        Assert.Equal(whole.Folds.Skip(after / seeds).Select(fold => fold.Number), rest.Folds.Select(fold => fold.Number));
        Assert.Equal(whole.Folds[^1].Figures["error"], actual.Scores.Where(score => score.Fold.Number == whole.Folds[^1].Number).Average(score => score.Figures["error"]));
    }

    [Fact]
    public void Evaluate_BrokenOffInTheMiddleOfATraining_GivesItItsCheckpoint()
    {
        var keeper = new Keeper();
        ModelEvaluation.Evaluate(new SteppingModel(), CrossValidationTests.Counting(12), new Dictionary<string, string>(), new WalkForwardPlan(2), new RecordingObserver(), CancellationToken.None, keeper);
        Assert.Equal([false, true, false, true], keeper.Between);
        var inTheSecond = keeper.Kept[2];
        Assert.Single(inTheSecond.Scores);

        var model = new SteppingModel();
        var result = ModelEvaluation.Evaluate(model, CrossValidationTests.Counting(12), new Dictionary<string, string>(), new WalkForwardPlan(2), new RecordingObserver(), CancellationToken.None, new Keeper { Start = inTheSecond });

        Assert.Equal(["9"], model.Begun);
        Assert.Equal(2, result.Scores.Count);
    }

    [Fact]
    public void Evaluate_ProgressOfAnotherPlan_BeginsAnew()
    {
        var whole = new Keeper();
        Evaluate(new MeanModel(hasSeed: true), Plans[0], whole);
        var model = new MeanModel(hasSeed: true);

        Evaluate(model, Plans[1], new Keeper { Start = whole.Kept[2] });

        Assert.Equal(12, model.Trained.Count);
    }

    private static EvaluationResult Evaluate(MeanModel model, EvaluationPlan plan, Keeper keeper) =>
        ModelEvaluation.Evaluate(model, CrossValidationTests.Counting(12), new Dictionary<string, string>(), plan, new RecordingObserver(), CancellationToken.None, keeper);

    private static string Text(EvaluationResult result) => string.Join('\n', (string[])
    [
        .. result.Scores.Select(score => string.Create(CultureInfo.InvariantCulture, $"{score.Fold.Number} {score.Fold.Block} {score.Seed} {Figures(score.Figures)} {string.Join(' ', score.Returns)}")),
        .. result.Figures.Select(figure => figure.ToString()),
        .. result.Paths.Select(path => string.Create(CultureInfo.InvariantCulture, $"{path.Number} {path.Seed} {Figures(path.Figures)} {path.Sharpe:R}")),
        .. result.PathFigures.Select(figure => figure.ToString()),
    ]);

    private static string Figures(IReadOnlyDictionary<string, double> figures) =>
        string.Join(' ', figures.OrderBy(figure => figure.Key, StringComparer.Ordinal).Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Key}={figure.Value:R}")));

    private sealed class Keeper : IEvaluationKeeper
    {
        public EvaluationProgress? Start { get; init; }

        public List<(int Number, IReadOnlyDictionary<string, double> Figures)> Folds { get; } = [];

        public List<EvaluationProgress> Kept { get; } = [];

        public List<bool> Between { get; } = [];

        public void OnFold(int number, IReadOnlyDictionary<string, double> figures) => Folds.Add((number, figures));

        public void OnProgress(Func<EvaluationProgress> progress, long? step)
        {
            Kept.Add(progress());
            Between.Add(step is null);
        }
    }

    /// <summary>Makes one checkpoint, and says what it began from.</summary>
    private sealed class SteppingModel : IModelDefinition
    {
        public List<string> Begun { get; } = [];

        public string Id => "stepping";

        public string Name => "Stepping";

        public string Category => "Test";

        public string Description => "Steps.";

        public IReadOnlyList<HyperParameter> HyperParameters { get; } = [];

        public DataNeeds Data => DataNeeds.Table("Numbers.", "x");

        public ModelSignature Signature { get; } = new([], []);

        public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
        {
            Begun.Add(request.Checkpoint is { } bytes ? bytes[0].ToString(CultureInfo.InvariantCulture) : "");
            observer.OnCheckpoint(1, () => [(byte)request.Data.Count]);
            return new TrainedModel([], Signature, request.Parameters, new Dictionary<string, double>(), null, new Dictionary<string, string>());
        }

        public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken) =>
            new Dictionary<string, double> { ["rows"] = to - from };
    }
}
