using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.BoostedTrees;

/// <summary>Real trainings, shortened: few trees, each taking a larger step.</summary>
public sealed class BoostedTreesDefinitionTests
{
    private static readonly DateOnly TrainEnd = new(2010, 12, 31);
    private static readonly IModelDefinition Definition = new ModelCatalog().Find("boosted-trees")!;

    [Fact]
    public void Train_TripleBarrier_ReportsItselfBesideTheBaselinesAndServesProbabilities()
    {
        var observer = new RecordingObserver();
        var trained = Train(TestSeries.Sp500, [], observer);

        Assert.Equal(Enumerable.Range(1, observer.Epochs.Count).Select(step => (long)step), observer.Epochs.Select(epoch => epoch.Step));
        Assert.Contains("baseline_logistic_val_auc", trained.Metrics.Keys);
        Assert.InRange(trained.Metrics["onnx_max_difference"], 0, 1e-5);
        var features = SignalFeatures.Compute(TestSeries.Sp500);
        using var runner = new OnnxRunner(Model(trained));
        var probabilities = runner.Run<float>([("features", [.. features.Rows.Take(50).SelectMany(row => row.Select(value => (float)value))], [50, 20])], ["probability"])[0];
        Assert.Equal(50, probabilities.Length);
        Assert.All(probabilities, p => Assert.InRange(p, 0, 1));
        Assert.Equal("boosted-trees", runner.Metadata["model_type"]);
        Assert.Equal(features.Rows[10][3], trained.Monitored!.Rows[10][trained.Monitored.Features[3].Index]);
    }

    /// <summary>Volatility can be foreseen, direction hardly: an AUC far above the honest one would mean that a label has leaked.</summary>
    [Theory]
    [InlineData("high-volatility", "20", 0.6, 0.9)]
    [InlineData("next-day-direction", "1", 0.42, 0.58)]
    public void Evaluate_LaterDays_ScoresAsTheReferenceSetSays(string label, string horizon, double lowest, double highest)
    {
        var trained = Train(TestSeries.Sp500, new() { ["label"] = label, ["horizon"] = horizon });
        var from = TestSeries.Sp500.Dates.Count(date => date <= TrainEnd);
        var scores = Definition.Evaluate(trained, TestSeries.Sp500, from, TestSeries.Sp500.Count, TestContext.Current.CancellationToken);
        Assert.InRange(scores["auc"], lowest, highest);
        Assert.InRange(scores["baseline_logistic_auc"], lowest, highest);
        Assert.Equal(TestSeries.Sp500.Count - from - int.Parse(horizon, System.Globalization.CultureInfo.InvariantCulture), scores["days"]);
    }

    [Fact]
    public void Evaluate_RowsAfterTheScoredOnes_ChangeNothing()
    {
        var trained = Train(TestSeries.Sp500, []);
        var from = TestSeries.Sp500.Dates.Count(date => date <= TrainEnd);
        var later = TestSeries.Sp500 with { Close = [.. TestSeries.Sp500.Close.Select((close, i) => i >= from + 300 ? double.NaN : close)] };
        Assert.Equal(
            Definition.Evaluate(trained, TestSeries.Sp500, from, from + 300, TestContext.Current.CancellationToken),
            Definition.Evaluate(trained, later, from, from + 300, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("triple-barrier")]
    [InlineData("high-volatility")]
    public void Train_SameSeed_GivesTheSameFilesWhateverComesAfterTrainEnd(string label)
    {
        var data = TestSeries.Sp500;
        var changed = data with { Close = [.. data.Close.Select((close, i) => data.Dates[i] > TrainEnd ? double.NaN : close)] };
        Dictionary<string, string> parameters = new() { ["label"] = label };
        Assert.Equal(Train(data, parameters).Files.SelectMany(file => file.Content), Train(changed, parameters).Files.SelectMany(file => file.Content));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(23)]
    public void Train_PausedAndResumed_GivesTheSameFiles(int pausedAfter)
    {
        var whole = new RecordingObserver();
        var undisturbed = Train(TestSeries.Sp500, [], whole);
        var rest = new RecordingObserver();

        var resumed = Train(TestSeries.Sp500, [], rest, whole.Checkpoints[pausedAfter - 1].Content);

        Assert.Equal(Enumerable.Range(pausedAfter + 1, whole.Epochs.Count - pausedAfter).Select(step => (long)step), rest.Epochs.Select(epoch => epoch.Step));
        Assert.Equal(undisturbed.Files.Select(file => file.Content), resumed.Files.Select(file => file.Content));
        Assert.Equal(undisturbed.Metrics, resumed.Metrics);
    }

    [Fact]
    public void Train_AnotherSeed_GivesOtherTrees() =>
        Assert.NotEqual(Model(Train(TestSeries.Sp500, [])), Model(Train(TestSeries.Sp500, new() { ["seed"] = "2" })));

    [Fact]
    public void Train_APriceThatOnlyRises_SaysThatNothingCanBeToldApart()
    {
        var bars = TestSeries.FromCloses([.. Enumerable.Range(0, 800).Select(t => 100 * Math.Exp(0.01 * t))]);
        var exception = Assert.Throws<ModelTrainingException>(() => Definition.Train(new TrainingRequest(bars, null, new Dictionary<string, string> { ["label"] = "next-day-direction" }), new RecordingObserver(), TestContext.Current.CancellationToken));
        Assert.Contains("same label", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_Cancelled_Stops()
    {
        using var cancellation = new CancellationTokenSource();
        var observer = new RecordingObserver(_ => cancellation.Cancel());
        Assert.Throws<OperationCanceledException>(() => Definition.Train(new TrainingRequest(TestSeries.Sp500, null, new Dictionary<string, string>()), observer, cancellation.Token));
        Assert.Single(observer.Epochs);
    }

    private static TrainedModel Train(OhlcvSeries bars, Dictionary<string, string> parameters, RecordingObserver? observer = null, byte[]? checkpoint = null) =>
        Definition.Train(new TrainingRequest(bars, TrainEnd, new Dictionary<string, string>(parameters) { ["trees"] = "60", ["learning_rate"] = "0.1" }, checkpoint), observer ?? new RecordingObserver(), TestContext.Current.CancellationToken);

    private static byte[] Model(TrainedModel model) => model.Files.Single(file => file.Path == "model.onnx").Content;
}
