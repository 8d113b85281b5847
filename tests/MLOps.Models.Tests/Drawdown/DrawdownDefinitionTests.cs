using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.Drawdown;

/// <summary>Real trainings, shortened: few epochs and a narrow layer.</summary>
[Collection("libtorch has one random generator a process")]
public sealed class DrawdownDefinitionTests
{
    private static readonly DateOnly TrainEnd = new(2001, 12, 31);
    private static readonly IModelDefinition Predictor = new ModelCatalog().Find("drawdown-predictor")!;

    [Fact]
    public void Train_Sp500_ServesProbabilitiesThatFallWithTheThreshold()
    {
        var observer = new RecordingObserver();
        var trained = Train(TestSeries.Sp500, observer);

        var features = DailyFeatures.Compute(TestSeries.Sp500);
        int[] days = [.. Enumerable.Range(2150, 60)];
        using var runner = new OnnxRunner(File(trained, "model.onnx"));
        var probabilities = runner.Run<float>([("input", [.. days.SelectMany(day => FeatureWindow.ByDay(features.Rows, day, 64))], [days.Length, 64, 8])], ["probabilities"])[0];

        Assert.All(probabilities.Chunk(3), row => Assert.True(row[0] is > 0 and < 1 && row[0] >= row[1] && row[1] >= row[2] && row[2] > 0, string.Join(' ', row)));
        Assert.InRange(trained.Metrics["onnx_max_difference"], 0, 1e-5);
        Assert.Equal(observer.Epochs.Min(epoch => epoch.Metrics["val_loss"]), trained.Metrics["val_brier"], 1e-6);
        Assert.Contains("val_brier_base_rate", trained.Metrics.Keys);
        Assert.Contains("val_threshold_3_brier_logistic", trained.Metrics.Keys);
        Assert.True(trained.Metrics["val_threshold_1_rate"] >= trained.Metrics["val_threshold_3_rate"]);
        Assert.Equal("drawdown-predictor", runner.Metadata["model_type"]);
    }

    [Fact]
    public void Train_Monitored_PointsAtTheNewestDayOfTheServedWindow()
    {
        var monitored = Train(TestSeries.Sp500).Monitored!;
        var features = DailyFeatures.Compute(TestSeries.Sp500);
        var window = FeatureWindow.ByDay(features.Rows, monitored.Rows.Count - 1, 64);

        Assert.Equal([504, 505, 506, 507, 508], monitored.Features.Select(feature => feature.Index));
        Assert.Equal(monitored.Features.Select(feature => window[feature.Index]), monitored.Rows[^1].Select(value => (float)value));
        Assert.Equal(TrainEnd, monitored.Dates[^1]);
    }

    [Fact]
    public void Train_RowsAfterTrainEndChange_GivesTheSameModel()
    {
        var data = TestSeries.Sp500;
        var changed = data with { Close = [.. data.Close.Select((close, i) => data.Dates[i] > TrainEnd ? double.NaN : close)] };

        Assert.Equal(File(Train(data), "model.onnx"), File(Train(changed), "model.onnx"));
    }

    /// <summary>Scaler, labels and base rates of the fit days end a horizon before validation: only when to stop may depend on it, and one epoch leaves no choice.</summary>
    [Fact]
    public void Train_ValidationRowsChange_GivesTheSameNetwork()
    {
        var data = TestSeries.Sp500;
        var rows = data.Dates.TakeWhile(date => date <= TrainEnd).Count();
        var first = rows - (int)((rows - 1) * 0.2);
        var changed = data with { Close = [.. data.Close.Select((close, i) => i >= first && i < rows ? close * (1 + (0.3 * Math.Sin(i))) : close)] };
        Dictionary<string, string> one = new() { ["epochs"] = "1" };

        var (before, after) = (Train(data, parameters: one), Train(changed, parameters: one));

        Assert.Equal(File(before, "parameters.json"), File(after, "parameters.json"));
        Assert.Equal(Probabilities(before), Probabilities(after));
        Assert.NotEqual(before.Metrics["val_brier"], after.Metrics["val_brier"]);
    }

    [Fact]
    public void Train_FromACheckpoint_GoesOnBitForBit()
    {
        var whole = new RecordingObserver();
        var undisturbed = Train(TestSeries.Sp500, whole);
        var checkpoint = whole.Checkpoints[0].Content;

        var resumed = Predictor.Train(Request(TestSeries.Sp500) with { Checkpoint = checkpoint }, new RecordingObserver(), TestContext.Current.CancellationToken);

        Assert.Equal(File(undisturbed, "model.onnx"), File(resumed, "model.onnx"));
        Assert.Equal(undisturbed.Metrics, resumed.Metrics);
    }

    [Fact]
    public void Evaluate_RowsAfterTraining_ScoresThoseWhoseHorizonIsKnown()
    {
        var trained = Train(TestSeries.Sp500);
        var from = TestSeries.Sp500.Dates.TakeWhile(date => date <= TrainEnd).Count();
        var later = TestSeries.Sp500 with { Close = [.. TestSeries.Sp500.Close.Select((close, i) => i >= from + 200 ? double.NaN : close)] };

        var scores = Predictor.Evaluate(trained, later, from, from + 200, TestContext.Current.CancellationToken);

        Assert.Equal(200 - 21, scores["days"]);
        Assert.Equal(1 - (scores["brier"] / scores["brier_base_rate"]), scores["brier_skill"], 1e-12);
        Assert.Equal((scores["threshold_1_brier"] + scores["threshold_2_brier"] + scores["threshold_3_brier"]) / 3, scores["brier"], 1e-12);
    }

    [Fact]
    public void Evaluate_FewerRowsThanTheHorizon_IsRefused() =>
        Assert.Contains("21", Assert.Throws<ModelTrainingException>(() => Predictor.Evaluate(Train(TestSeries.Sp500), TestSeries.Sp500, 2000, 2020, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);

    [Fact]
    public void Train_ThresholdsThatDoNotIncrease_AreNamed() =>
        Assert.Contains("0.03, 0.02 and 0.1", Assert.Throws<ModelTrainingException>(() => Train(TestSeries.Sp500, parameters: new() { ["threshold_2"] = "0.02" })).Message, StringComparison.Ordinal);

    private static float[] Probabilities(TrainedModel model)
    {
        using var runner = new OnnxRunner(File(model, "model.onnx"));
        return runner.Run<float>([("input", [.. Enumerable.Range(0, 512).Select(i => (float)Math.Sin(i))], [1, 64, 8])], ["probabilities"])[0];
    }

    private static TrainedModel Train(OhlcvSeries data, RecordingObserver? observer = null, Dictionary<string, string>? parameters = null) =>
        Predictor.Train(Request(data, parameters), observer ?? new RecordingObserver(), TestContext.Current.CancellationToken);

    private static TrainingRequest Request(OhlcvSeries data, Dictionary<string, string>? parameters = null)
    {
        var all = new Dictionary<string, string> { ["epochs"] = "2", ["hidden"] = "6", ["threads"] = "1" };
        foreach (var (name, value) in parameters ?? [])
        {
            all[name] = value;
        }

        return new TrainingRequest(data, TrainEnd, all);
    }

    private static byte[] File(TrainedModel model, string path) => model.Files.Single(file => file.Path == path).Content;
}
