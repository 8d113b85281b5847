using System.Text.Json;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Models.Neural.Anomaly;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.Anomaly;

/// <summary>Real trainings, shortened: few epochs and narrow layers.</summary>
[Collection("libtorch has one random generator a process")]
public sealed class AnomalyDefinitionTests
{
    private static readonly DateOnly TrainEnd = new(2002, 12, 31);
    private static readonly IModelDefinition Detector = new ModelCatalog().Find("anomaly-autoencoder")!;

    [Fact]
    public void Train_Sp500_FindsMostShocksAtFewFalseAlarms()
    {
        var trained = Train(TestSeries.Sp500);

        Assert.InRange(trained.Metrics["onnx_max_difference"], 0, 1e-5);
        Assert.InRange(trained.Metrics["val_recall"], 0.5, 1);
        Assert.InRange(trained.Metrics["val_false_positive_rate"], 0, 0.1);
        Assert.All(["recall", "false_positive_rate", "recall_at_one_percent", "price_recall", "volume_recall"], name =>
        {
            Assert.InRange(trained.Metrics[$"val_{name}_pca"], 0, 1);
            Assert.InRange(trained.Metrics[$"val_{name}_zscore"], 0, 1);
        });
        using var parameters = JsonDocument.Parse(File(trained, "parameters.json"));
        Assert.Equal(trained.Metrics["threshold"], parameters.RootElement.GetProperty("threshold").GetDouble());
    }

    [Fact]
    public void Serve_AnyWindow_ScoreIsTheQuadraticMeanOfItsErrors()
    {
        var trained = Train(TestSeries.Sp500);
        var features = DailyFeatures.Compute(TestSeries.Sp500);
        float[] windows = [.. features.Window(900), .. ShockInjection.Window(TestSeries.Sp500, 901, ShockKind.Price, 8)];
        using var runner = new OnnxRunner(File(trained, "model.onnx"));

        var outputs = runner.Run<float>([("input", windows, [2, 512])], ["score", "errors"]);

        Assert.Equal(Math.Sqrt(outputs[1][..8].Average(error => error * error)), outputs[0][0], 1e-5);
        Assert.True(outputs[0][1] > outputs[0][0]);
        Assert.True(outputs[0][1] > trained.Metrics["threshold"]);
        Assert.Equal("anomaly-autoencoder", runner.Metadata["model_type"]);
    }

    [Fact]
    public void Train_Threshold_LetsOnePercentOfTheFitWindowsThrough()
    {
        var trained = Train(TestSeries.Sp500);
        var features = DailyFeatures.Compute(TestSeries.Sp500);
        var rows = trained.Monitored!.Rows.Count;
        int[] fit = [.. Enumerable.Range(63, rows - (int)(rows * 0.2) - 63)];
        using var runner = new OnnxRunner(File(trained, "model.onnx"));
        var scores = runner.Run<float>([("input", [.. fit.SelectMany(features.Window)], [fit.Length, 512])], ["score"])[0];

        Assert.Equal(0.01, scores.Count(score => score > trained.Metrics["threshold"]) / (double)fit.Length, 1.0 / fit.Length);
    }

    [Fact]
    public void Train_ValidationRowsChange_GivesTheSameNetworkAndThreshold()
    {
        var data = TestSeries.Sp500;
        var rows = data.Dates.TakeWhile(date => date <= TrainEnd).Count();
        var first = rows - (int)((rows - 1) * 0.2);
        var changed = data with { Close = [.. data.Close.Select((close, i) => i >= rows ? double.NaN : i >= first ? close * (1 + (0.3 * Math.Sin(i))) : close)] };
        Dictionary<string, string> one = new() { ["epochs"] = "1" };

        var (before, after) = (Train(data, parameters: one), Train(changed, parameters: one));

        Assert.Equal(File(before, "parameters.json"), File(after, "parameters.json"));
        Assert.NotEqual(before.Metrics["val_false_positive_rate"], after.Metrics["val_false_positive_rate"]);
    }

    [Fact]
    public void Train_FromACheckpoint_GoesOnBitForBit()
    {
        var whole = new RecordingObserver();
        var undisturbed = Train(TestSeries.Sp500, whole);

        var resumed = Detector.Train(Request(TestSeries.Sp500) with { Checkpoint = whole.Checkpoints[1].Content }, new RecordingObserver(), TestContext.Current.CancellationToken);

        Assert.Equal(File(undisturbed, "model.onnx"), File(resumed, "model.onnx"));
        Assert.All(undisturbed.Metrics, metric => Assert.Equal(metric, KeyValuePair.Create(metric.Key, resumed.Metrics[metric.Key])));
    }

    [Fact]
    public void Evaluate_RowsAfterTraining_ScoresThemBesideTheOtherDetectors()
    {
        var trained = Train(TestSeries.Sp500);
        var from = TestSeries.Sp500.Dates.TakeWhile(date => date <= TrainEnd).Count();
        var later = TestSeries.Sp500 with { Close = [.. TestSeries.Sp500.Close.Select((close, i) => i >= from + 100 ? double.NaN : close)] };

        var scores = Detector.Evaluate(trained, later, from, from + 100, TestContext.Current.CancellationToken);

        Assert.Equal(100, scores["days"]);
        Assert.Equal(scores["recall"], ShockInjection.Kinds.Average(kind => scores[FormattableString.Invariant($"{kind}_recall").ToLowerInvariant()]), 1e-12);
        Assert.Contains("recall_pca", scores.Keys);
    }

    [Fact]
    public void Evaluate_WithoutHistory_IsRefused() =>
        Assert.Contains("129 rows before", Assert.Throws<ModelTrainingException>(() => Detector.Evaluate(Train(TestSeries.Sp500), TestSeries.Sp500, 100, 300, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);

    private static TrainedModel Train(OhlcvSeries data, RecordingObserver? observer = null, Dictionary<string, string>? parameters = null) =>
        Detector.Train(Request(data, parameters), observer ?? new RecordingObserver(), TestContext.Current.CancellationToken);

    private static TrainingRequest Request(OhlcvSeries data, Dictionary<string, string>? parameters = null)
    {
        var all = new Dictionary<string, string> { ["epochs"] = "3", ["hidden"] = "16", ["latent"] = "8", ["threads"] = "1" };
        foreach (var (name, value) in parameters ?? [])
        {
            all[name] = value;
        }

        return new TrainingRequest(data, TrainEnd, all);
    }

    private static byte[] File(TrainedModel model, string path) => model.Files.Single(file => file.Path == path).Content;
}
