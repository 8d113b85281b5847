using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.Neural;

/// <summary>Real trainings, shortened: few epochs and narrow layers.</summary>
[Collection("libtorch has one random generator a process")]
public sealed class TcnRegimeDefinitionTests
{
    private static readonly DateOnly TrainEnd = new(2008, 12, 31);
    private static readonly IModelDefinition Tcn = new ModelCatalog().Find("tcn-regime-classifier")!;

    [Fact]
    public void Train_Sp500_ServesRawFeaturesAndBeatsThePrior()
    {
        var observer = new RecordingObserver();
        var trained = Train(TestSeries.Sp500, observer, new() { ["epochs"] = "4" });

        var features = DailyFeatures.Compute(TestSeries.Sp500);
        int[] days = [.. Enumerable.Range(3000, 40)];
        using var runner = new OnnxRunner(Model(trained));
        var probabilities = runner.Run<float>([("input", [.. days.SelectMany(features.Window)], [days.Length, 8, 64])], ["probabilities"])[0];

        Assert.Equal(3 * days.Length, probabilities.Length);
        Assert.All(probabilities.Chunk(3), row => Assert.Equal(1, row.Sum(), 1e-5));
        Assert.InRange(trained.Metrics["onnx_max_difference"], 0, 1e-5);
        Assert.True(trained.Metrics["val_log_loss"] < trained.Metrics["baseline_prior_log_loss"], $"{trained.Metrics["val_log_loss"]} against {trained.Metrics["baseline_prior_log_loss"]}");
        Assert.Contains("baseline_logistic_log_loss", trained.Metrics.Keys);
        Assert.Equal(4, observer.Epochs.Count);
        Assert.All(observer.Epochs, epoch => Assert.Equal(["learning_rate", "train_loss", "val_accuracy", "val_loss"], epoch.Metrics.Keys.Order()));
        Assert.Equal(observer.Epochs.Min(epoch => epoch.Metrics["val_loss"]), trained.Metrics["val_log_loss"]);
        Assert.Equal("tcn-regime-classifier", runner.Metadata["model_type"]);
    }

    [Fact]
    public void Evaluate_RowsAfterTraining_ScoresThemBesideTheBaselines()
    {
        var trained = Train(TestSeries.Sp500);
        var from = TestSeries.Sp500.Dates.TakeWhile(date => date <= TrainEnd).Count();

        var scores = Tcn.Evaluate(trained, TestSeries.Sp500, from, from + 100, TestContext.Current.CancellationToken);

        Assert.Equal(100, scores["days"]);
        Assert.True(scores["log_loss"] < scores["baseline_prior_log_loss"], $"{scores["log_loss"]} against {scores["baseline_prior_log_loss"]}");
        var later = TestSeries.Sp500 with { Close = [.. TestSeries.Sp500.Close.Select((close, i) => i >= from + 100 ? double.NaN : close)] };
        Assert.Equal(scores["log_loss"], Tcn.Evaluate(trained, later, from, from + 100, TestContext.Current.CancellationToken)["log_loss"]);
    }

    [Fact]
    public void Train_Monitored_PointsAtTheNewestDayOfTheFiveDailyFeatures()
    {
        var monitored = Train(TestSeries.Sp500).Monitored!;
        var features = DailyFeatures.Compute(TestSeries.Sp500);
        var last = monitored.Rows.Count - 1;
        var window = features.Window(last);

        Assert.Equal(["return", "abs_return", "log_range", "gap", "volume_change"], monitored.Features.Select(feature => feature.Name));
        Assert.Equal([63, 127, 191, 255, 319], monitored.Features.Select(feature => feature.Index));
        Assert.Equal(monitored.Features.Select(feature => window[feature.Index]), monitored.Rows[last].Select(value => (float)value));
        Assert.Equal(TrainEnd, monitored.Dates[last]);
    }

    [Fact]
    public void Train_SameSeedOnOneThread_GivesTheSameModelWhateverComesAfterTrainEnd()
    {
        var data = TestSeries.Sp500;
        var changed = data with { Close = [.. data.Close.Select((close, i) => data.Dates[i] > TrainEnd ? double.NaN : close)] };

        Assert.Equal(Model(Train(data)), Model(Train(changed)));
    }

    [Fact]
    public void Train_FromAnyCheckpoint_GoesOnBitForBit()
    {
        Dictionary<string, string> parameters = new() { ["epochs"] = "5", ["patience"] = "2", ["learning_rate"] = "0.01" };
        var whole = new RecordingObserver();
        var undisturbed = Train(TestSeries.Sp500, whole, parameters);
        Assert.NotEmpty(whole.Checkpoints);

        foreach (var (step, content) in whole.Checkpoints)
        {
            var rest = new RecordingObserver();
            var resumed = Tcn.Train(Request(TestSeries.Sp500, parameters) with { Checkpoint = content }, rest, TestContext.Current.CancellationToken);

            Assert.Equal(whole.Epochs.Where(epoch => epoch.Step > step).Select(Text), rest.Epochs.Select(Text));
            Assert.Equal(Model(undisturbed), Model(resumed));
            Assert.Equal(undisturbed.Metrics, resumed.Metrics);
        }
    }

    [Fact]
    public void Train_AskedToFinish_EndsWithTheBestEpochSoFar_AlsoRightAfterACheckpoint()
    {
        var parameters = new Dictionary<string, string> { ["epochs"] = "6", ["patience"] = "6", ["channels"] = "4", ["hmm_starts"] = "1" };
        var observer = new RecordingObserver { FinishAfter = 2 };

        var model = Tcn.Train(Request(TestSeries.Sp500, parameters), observer, TestContext.Current.CancellationToken);

        Assert.Equal([1L, 2L], observer.Epochs.Select(epoch => epoch.Step));
        Assert.Equal(observer.Epochs.Min(epoch => epoch.Metrics["val_loss"]), model.Metrics["val_log_loss"]);
        var none = new RecordingObserver { FinishAfter = 0 };
        var resumed = Tcn.Train(Request(TestSeries.Sp500, parameters) with { Checkpoint = observer.Checkpoints[^1].Content }, none, TestContext.Current.CancellationToken);
        Assert.Empty(none.Epochs);
        Assert.Equal(model.Files.Single(file => file.Path == "model.onnx").Content, resumed.Files.Single(file => file.Path == "model.onnx").Content);
    }

    [Fact]
    public void Train_FromWhatIsNoCheckpoint_BeginsAnew()
    {
        var observer = new RecordingObserver();
        Tcn.Train(Request(TestSeries.Sp500, []) with { Checkpoint = [1, 2, 3, 4, 5, 6, 7, 8] }, observer, TestContext.Current.CancellationToken);
        Assert.Equal([1, 2], observer.Epochs.Select(epoch => epoch.Step));
    }

    [Fact]
    public void Train_Cancelled_StopsWithinTheEpoch()
    {
        using var cancellation = new CancellationTokenSource();
        var observer = new RecordingObserver(_ => cancellation.Cancel());

        Assert.Throws<OperationCanceledException>(() => Tcn.Train(Request(TestSeries.Sp500, []), observer, cancellation.Token));

        Assert.Single(observer.Epochs);
    }

    [Fact]
    public void Train_TooLittleHistory_SaysHowMuchIsNeeded()
    {
        var request = Request(TestSeries.Sp500, []) with { TrainEnd = new DateOnly(2000, 6, 30) };
        var exception = Assert.Throws<ModelTrainingException>(() => Tcn.Train(request, new RecordingObserver(), TestContext.Current.CancellationToken));
        Assert.Contains("at least 500", exception.Message, StringComparison.Ordinal);
    }

    private static string Text((long Step, Dictionary<string, double> Metrics) epoch) =>
        $"{epoch.Step}: {string.Join(", ", epoch.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal).Select(metric => $"{metric.Key} {metric.Value:R}"))}";

    private static TrainedModel Train(OhlcvSeries data, RecordingObserver? observer = null, Dictionary<string, string>? parameters = null) =>
        Tcn.Train(Request(data, parameters ?? []), observer ?? new RecordingObserver(), TestContext.Current.CancellationToken);

    private static TrainingRequest Request(OhlcvSeries data, Dictionary<string, string> parameters)
    {
        var all = new Dictionary<string, string> { ["epochs"] = "2", ["channels"] = "16", ["hmm_starts"] = "2", ["threads"] = "1" };
        foreach (var (name, value) in parameters)
        {
            all[name] = value;
        }

        return new TrainingRequest(data, TrainEnd, all);
    }

    private static byte[] Model(TrainedModel trained) => trained.Files.Single(file => file.Path == "model.onnx").Content;
}
