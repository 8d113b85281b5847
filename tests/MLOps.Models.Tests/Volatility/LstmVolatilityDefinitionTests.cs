using MLOps.Models.Catalog;
using MLOps.Models.Classical.HarRv;
using MLOps.Models.Data;
using MLOps.Models.Neural.Volatility;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.Volatility;

/// <summary>Real trainings, shortened: few epochs and a narrow layer.</summary>
[Collection("libtorch has one random generator a process")]
public sealed class LstmVolatilityDefinitionTests
{
    private const int TrainRows = 650;
    private static readonly IModelDefinition Lstm = new ModelCatalog().Find("lstm-volatility")!;
    private static readonly double[] Rv = TestSeries.Column("usdchf_daily_rv_from_30min.csv", 1);
    private static readonly TrainingData UsdChf = Data(Rv);

    /// <summary>The rival is the reference's: expanding, fitted anew every five days, second half.</summary>
    [Fact]
    public void HarWalk_UsdChf_ScoresAsTheReference()
    {
        Assert.Equal(0.1651604032002241, QLike(HarWalk.Forecasts(Days(Rv), [.. Enumerable.Range(TrainRows, Rv.Length - TrainRows)], isLog: false)), 1e-9);
        Assert.Equal(0.1673563826259338, QLike(HarWalk.Forecasts(Days(Rv), [.. Enumerable.Range(TrainRows, Rv.Length - TrainRows)], isLog: true)), 5e-3);
    }

    [Fact]
    public void Train_UsdChf_ServesPositiveVariancesAndScoresThemBesideHar()
    {
        var observer = new RecordingObserver();
        var trained = Train(UsdChf, observer);
        var features = VolatilityFeatures.Compute(Days(Rv));
        int[] days = [.. Enumerable.Range(700, 50)];
        using var runner = new OnnxRunner(File(trained, "model.onnx"));
        var served = runner.Run<float>([("input", [.. days.SelectMany(day => features.Before(day))], [days.Length, 22, 4])], ["rv_next"])[0];

        Assert.All(served, variance => Assert.True(variance > 0));
        Assert.InRange(trained.Metrics["onnx_max_difference"], 0, 1e-5);
        Assert.Equal(observer.Epochs.Min(epoch => epoch.Metrics["val_loss"]), trained.Metrics["val_qlike"], 1e-5);
        Assert.True(trained.Metrics["val_qlike"] < trained.Metrics["val_qlike_last"]);
        Assert.InRange(trained.Metrics["val_qlike"] / trained.Metrics["val_qlike_loghar"], 0.8, 1.2);
        Assert.Contains("val_qlike_har", trained.Metrics.Keys);
        Assert.Equal("lstm-volatility", runner.Metadata["model_type"]);
    }

    [Fact]
    public void Compute_LaterVariancesChange_LeavesEarlierFeaturesAsTheyWere()
    {
        var features = VolatilityFeatures.Compute(Days(Rv));
        double[] changed = [.. Rv.Select((rv, i) => i >= 500 ? rv * 7 : rv)];

        Assert.Equal(features.Before(500), VolatilityFeatures.Compute(Days(changed)).Before(500));
        Assert.NotEqual(features.Before(501), VolatilityFeatures.Compute(Days(changed)).Before(501));

        // The newest day of the window before day 500 is day 499: its own logarithm, and those of its means.
        var newest = features.Before(500)[^4..];
        Assert.Equal(Math.Log(Rv[499]), newest[0], 1e-5);
        Assert.Equal(Math.Log(Rv[495..500].Average()), newest[1], 1e-5);
        Assert.Equal(Math.Log(Rv[478..500].Average()), newest[2], 1e-5);
    }

    [Fact]
    public void Train_RowsAfterTrainEndChange_GivesTheSameModel() =>
        Assert.Equal(File(Train(UsdChf), "model.onnx"), File(Train(Data([.. Rv.Select((rv, i) => i < TrainRows ? rv : -1)])), "model.onnx"));

    [Fact]
    public void Train_ValidationRowsChange_GivesTheSameNetwork()
    {
        Dictionary<string, string> one = new() { ["epochs"] = "1" };
        var fitted = TrainRows - (int)(TrainRows * 0.2);
        var changed = Data([.. Rv.Select((rv, i) => i >= fitted ? rv * (2 + Math.Sin(i)) : rv)]);

        var (before, after) = (Train(UsdChf, parameters: one), Train(changed, parameters: one));

        Assert.Equal(Served(before), Served(after));
        Assert.Equal(File(before, "parameters.json"), File(after, "parameters.json"));
        Assert.NotEqual(before.Metrics["val_qlike"], after.Metrics["val_qlike"]);
    }

    /// <summary>Another unit shifts the logarithms: the forecast follows it from the start.</summary>
    [Fact]
    public void Train_VariancesInAnotherUnit_ForecastsInIt()
    {
        Dictionary<string, string> one = new() { ["epochs"] = "1" };
        var (percent, fraction) = (Train(UsdChf, parameters: one), Train(Data([.. Rv.Select(rv => rv * 1e-4)]), parameters: one));

        Assert.Equal(1, fraction.Metrics["rv_next"] / percent.Metrics["rv_next"] / 1e-4, 1e-3);
        Assert.Equal(percent.Metrics["val_qlike"], fraction.Metrics["val_qlike"], 1e-4);
    }

    [Fact]
    public void Train_FromACheckpoint_GoesOnBitForBit()
    {
        var whole = new RecordingObserver();
        var undisturbed = Train(UsdChf, whole);

        var resumed = Lstm.Train(Request(UsdChf) with { Checkpoint = whole.Checkpoints[0].Content }, new RecordingObserver(), TestContext.Current.CancellationToken);

        Assert.Equal(File(undisturbed, "model.onnx"), File(resumed, "model.onnx"));
        Assert.Equal(undisturbed.Metrics, resumed.Metrics);
    }

    [Fact]
    public void Evaluate_RowsAfterTraining_ScoresThemFromTheFilesAlone()
    {
        var scores = Lstm.Evaluate(Train(UsdChf), Data([.. Rv.Select((rv, i) => i < 750 ? rv : -1)]), TrainRows, 750, TestContext.Current.CancellationToken);

        Assert.Equal(100, scores["days"]);
        Assert.True(scores["qlike"] > 0 && scores["qlike_har"] > 0);
    }

    [Fact]
    public void Train_VarianceOfZero_NamesTheRow() =>
        Assert.Contains("Row 9", Assert.Throws<ModelTrainingException>(() => Train(Data([.. Rv.Select((rv, i) => i == 9 ? 0 : rv)]))).Message, StringComparison.Ordinal);

    private static double QLike(double[] forecasts) =>
        forecasts.Zip(Rv[TrainRows..]).Average(day => (day.Second / day.First) - Math.Log(day.Second / day.First) - 1);

    private static float[] Served(TrainedModel model)
    {
        using var runner = new OnnxRunner(File(model, "model.onnx"));
        return runner.Run<float>([("input", [.. Enumerable.Range(0, 88).Select(i => (float)Math.Sin(i))], [1, 22, 4])], ["rv_next"])[0];
    }

    private static TrainedModel Train(TrainingData data, RecordingObserver? observer = null, Dictionary<string, string>? parameters = null) =>
        Lstm.Train(Request(data, parameters), observer ?? new RecordingObserver(), TestContext.Current.CancellationToken);

    private static TrainingRequest Request(TrainingData data, Dictionary<string, string>? parameters = null)
    {
        var all = new Dictionary<string, string> { ["epochs"] = "3", ["hidden"] = "6", ["threads"] = "1" };
        foreach (var (name, value) in parameters ?? [])
        {
            all[name] = value;
        }

        return new TrainingRequest(data, DateOnly.FromDateTime(data.Times![TrainRows - 1]), all);
    }

    private static TrainingData Data(double[] variances) => new(
        [.. Enumerable.Range(0, variances.Length).Select(i => new DateTime(1996, 4, 2, 0, 0, 0, DateTimeKind.Utc).AddDays(i))],
        [DataColumn.Of("rv", variances)]);

    private static DailyVariances Days(double[] variances) => DailyVariances.Of(Data(variances), DailyVariances.Variance, "rv");

    private static byte[] File(TrainedModel model, string path) => model.Files.Single(file => file.Path == path).Content;
}
