using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Neural.Forecaster;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.Forecaster;

/// <summary>Real trainings, shortened.</summary>
[Collection("libtorch has one random generator a process")]
public sealed class PatchDefinitionTests
{
    private static readonly DateOnly TrainEnd = new(2003, 12, 31);
    private static readonly IModelDefinition Patches = new ModelCatalog().Find("patch-transformer")!;
    private static readonly RecordingObserver Observer = new();
    private static readonly Lazy<TrainedModel> Trained = new(() => Train(TestSeries.Sp500, observer: Observer));

    [Fact]
    public void Train_Bars_ForecastsLogRangeVariancesBetterThanTheLastValue()
    {
        var trained = Trained.Value;
        var panel = VolatilityPanel.Of(TestSeries.Sp500);
        using var runner = new OnnxRunner(Model(trained));
        float[] history = [.. panel.Rows[500..596].Select(row => (float)row[0])];

        var forecast = runner.Run<float>([("history", history, [1, 1, 96])], ["forecast"])[0];

        Assert.Equal(24, forecast.Length);
        Assert.Equal([-1, 1, 96], trained.Signature.Inputs[0].Shape);
        Assert.InRange(trained.Metrics["onnx_max_difference"], 0, 1e-5);
        Assert.True(trained.Metrics["val_mse"] < trained.Metrics["baseline_last_value_mse"], $"{trained.Metrics["val_mse"]} against {trained.Metrics["baseline_last_value_mse"]}");
        Assert.Contains("baseline_log_har_mse", trained.Metrics.Keys);
        Assert.Equal(95, trained.Monitored!.Features[0].Index);
    }

    [Fact]
    public void TrainAndEvaluate_LaterRowsChange_NothingDoes()
    {
        var data = TestSeries.Sp500;
        var from = data.Dates.TakeWhile(date => date <= TrainEnd).Count();
        var changed = data with { High = [.. data.High.Select((high, i) => i >= from + 60 ? double.NaN : high)] };

        Assert.Equal(Model(Trained.Value), Model(Train(changed)));
        var scores = Evaluate(data);
        Assert.Equal(scores, Evaluate(changed));
        Assert.Equal(37, scores["forecasts"]);
        Assert.True(scores["mse"] < scores["baseline_last_value_mse"]);

        IReadOnlyDictionary<string, double> Evaluate(TrainingData rows) =>
            Patches.Evaluate(Trained.Value, rows, from, from + 60, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Train_FromACheckpoint_GoesOnBitForBit()
    {
        _ = Trained.Value;
        var resumed = Train(TestSeries.Sp500, checkpoint: Observer.Checkpoints.First(checkpoint => checkpoint.Step == 1).Content);
        Assert.Equal(Model(Trained.Value), Model(resumed));
    }

    [Fact]
    public void Train_TableOfVariances_TakesEveryColumnAsAChannel()
    {
        var panel = VolatilityPanel.Of(TestSeries.Sp500);
        double[] variances = [.. panel.Rows.Take(600).Select(row => Math.Exp(row[0]))];
        var table = new TrainingData(null, [DataColumn.Of("a", variances), DataColumn.Of("b", [.. variances.Select(value => 4 * value)])]);

        var trained = Patches.Train(new TrainingRequest(table, null, Parameters("quantile")), new RecordingObserver(), TestContext.Current.CancellationToken);

        Assert.Equal([-1, 2, 96], trained.Signature.Inputs[0].Shape);
        using var runner = new OnnxRunner(Model(trained));
        float[] a = [.. variances[..96].Select(value => (float)Math.Log(value))];
        float[] b = [.. a.Select(value => value + MathF.Log(4))];
        var forecasts = runner.Run<float>([("history", [.. a, .. b], [1, 2, 96])], ["forecast"])[0];

        // The same series in another unit has the same forecast in that unit.
        Assert.All(Enumerable.Range(0, 24), day => Assert.Equal(forecasts[day] + MathF.Log(4), forecasts[24 + day], 1e-3f));
    }

    [Fact]
    public void Train_NegativeVariance_NamesRowAndColumn()
    {
        var table = new TrainingData(null, [DataColumn.Of("rv", [.. Enumerable.Range(0, 400).Select(i => i == 37 ? -1.0 : 1.0)])]);
        var exception = Assert.Throws<ModelTrainingException>(() => Patches.Train(new TrainingRequest(table, null, Parameters("mse")), new RecordingObserver(), TestContext.Current.CancellationToken));
        Assert.Contains("Row 37, column 'rv' is -1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LogHar_ExactSeries_FindsItsCoefficientsAndTheirWeights()
    {
        var random = new Random(2);
        float[][] windows = [.. Enumerable.Range(0, 300).Select(_ => Enumerable.Range(0, 96).Select(_ => (float)random.NextDouble()).ToArray())];
        float[][] targets = [.. windows.Select(window => new[] { (float)(0.5 + (0.3 * window[^1]) + (0.4 * window[^5..].Average()) + (0.2 * window[^22..].Average())) })];

        var har = LogHar.Fit(windows, targets);
        var (weights, intercepts) = har.OnWindow(96);

        Assert.Equal([0.5, 0.3, 0.4, 0.2], har.Coefficients[0], (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(har.Forecast(windows[7])[0], intercepts[0] + weights.Zip(windows[7], (weight, value) => weight * value).Sum(), 1e-5);
    }

    [Fact]
    public void Panel_DayWithoutMovement_IsAsTheDayBefore()
    {
        var panel = VolatilityPanel.Of(new TrainingData(null, [DataColumn.Of("rv", [2.0, 0.0, 0.0, 3.0])]));
        Assert.Equal([Math.Log(2), Math.Log(2), Math.Log(2), Math.Log(3)], panel.Rows.Select(row => row[0]), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    private static Dictionary<string, string> Parameters(string loss) => new() { ["epochs"] = "2", ["threads"] = "1", ["blocks"] = "1", ["loss"] = loss };

    private static TrainedModel Train(OhlcvSeries data, RecordingObserver? observer = null, byte[]? checkpoint = null) =>
        Patches.Train(new TrainingRequest(data, TrainEnd, Parameters("mse"), checkpoint), observer ?? new RecordingObserver(), TestContext.Current.CancellationToken);

    private static byte[] Model(TrainedModel trained) => trained.Files.Single(file => file.Path == "model.onnx").Content;
}
