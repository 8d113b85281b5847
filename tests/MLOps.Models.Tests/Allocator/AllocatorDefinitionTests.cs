using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.Allocator;

/// <summary>Real trainings, shortened, on four European indices.</summary>
[Collection("libtorch has one random generator a process")]
public sealed class AllocatorDefinitionTests
{
    private static readonly string[] Indices = ["DAX", "SMI", "CAC", "FTSE"];
    private static readonly DateOnly TrainEnd = new(2003, 12, 31);
    private static readonly IModelDefinition Allocator = new ModelCatalog().Find("rl-allocator")!;
    private static readonly TrainingData Europe = Panel(TestSeries.EuropeanCloses);

    [Fact]
    public void Train_EuropeanIndices_ServesWeightsAndScoresThemBesideEqualWeights()
    {
        var observer = new RecordingObserver();
        var trained = Train(Europe, observer);

        Assert.Equal(4, trained.Signature.Outputs[0].Shape[1]);
        Assert.Equal(3, observer.Epochs.Count);
        Assert.All(observer.Epochs, epoch => Assert.Equal(["clip_fraction", "entropy", "kl_divergence", "mean_reward", "policy_loss", "value_loss"], epoch.Metrics.Keys.Order()));
        Assert.All(observer.Epochs, epoch => Assert.True(epoch.Metrics["kl_divergence"] >= 0));
        Assert.InRange(trained.Metrics["onnx_max_difference"], 0, 1e-5);
        Assert.InRange(trained.Metrics["val_probabilistic_sharpe_above_equal_weight"], 0, 1);
        Assert.True(double.IsFinite(trained.Metrics["val_sharpe"]) && double.IsFinite(trained.Metrics["val_sharpe_equal_weight"]));
        Assert.Contains("DAX_weight,DAX_momentum_21", trained.Tags["feature_names"], StringComparison.Ordinal);
        using var runner = new OnnxRunner(File(trained, "model.onnx"));
        float[] states = [.. Enumerable.Range(0, 48).Select(i => (float)Math.Sin(i) * 5)];
        var weights = runner.Run<float>([("state", states, [2, 24])], ["weights"])[0];
        Assert.All(weights.Chunk(4), row => Assert.Equal(1, row.Sum(), 1e-6));
        Assert.All(weights, weight => Assert.InRange(weight, 0, 1));
        Assert.Equal("rl-allocator", runner.Metadata["model_type"]);
    }

    [Fact]
    public void Train_MonitoredFeatures_AreThoseOfTheServedState()
    {
        var trained = Train(Europe);
        var monitored = trained.Monitored!;
        var rows = Europe.Times!.TakeWhile(time => DateOnly.FromDateTime(time) <= TrainEnd).Count();
        var state = AllocationState.Compute(AllocationFactors.Fit(Indices, []), Prices(Europe)).At(rows - 1, [0.25, 0.25, 0.25, 0.25]);

        Assert.Equal(["DAX_volatility_21", "SMI_volatility_21", "CAC_volatility_21", "FTSE_volatility_21"], monitored.Features.Select(feature => feature.Name));
        Assert.Equal(monitored.Features.Select(feature => (double)state[feature.Index]), monitored.Rows[^1]);
    }

    [Fact]
    public void Train_LaterRowsChange_GivesTheSameModel()
    {
        var changed = Panel([.. Prices(Europe).Select((row, i) => DateOnly.FromDateTime(Europe.Times![i]) > TrainEnd ? [double.NaN, -1, 0, 5] : row)]);

        Assert.Equal(File(Train(Europe), "model.onnx"), File(Train(changed), "model.onnx"));
    }

    /// <summary>Neither the policy nor its scaler nor principal portfolios know the validation rows.</summary>
    [Fact]
    public void Train_ValidationRowsChange_GivesTheSamePolicy()
    {
        var many = Many(14);
        var rows = many.Count;
        var changed = Panel([.. Prices(many).Select((row, i) => i >= rows - (rows / 4) ? row.Select((price, asset) => price * (1 + (asset * 0.1))).ToArray() : row)]);

        var (before, after) = (Train(many, end: null), Train(changed, end: null));

        Assert.Equal(Weights(before), Weights(after));
        Assert.Equal(File(before, "factors.json"), File(after, "factors.json"));
        Assert.NotEqual(before.Metrics["val_sharpe"], after.Metrics["val_sharpe"]);
    }

    [Fact]
    public void Train_FromAnyCheckpoint_GoesOnBitForBit()
    {
        var whole = new RecordingObserver();
        var undisturbed = Train(Europe, whole);
        Assert.Equal([1, 2, 3], whole.Checkpoints.Select(checkpoint => checkpoint.Step));

        foreach (var (step, content) in whole.Checkpoints)
        {
            var rest = new RecordingObserver();
            var resumed = Allocator.Train(Request(Europe, TrainEnd) with { Checkpoint = content }, rest, TestContext.Current.CancellationToken);

            Assert.Equal(whole.Epochs.Where(epoch => epoch.Step > step).Select(epoch => epoch.Metrics), rest.Epochs.Select(epoch => epoch.Metrics));
            Assert.Equal(File(undisturbed, "model.onnx"), File(resumed, "model.onnx"));
            Assert.Equal(undisturbed.Metrics, resumed.Metrics);
        }
    }

    [Fact]
    public void Evaluate_RowsAfterTraining_ScoresThemFromTheFilesAlone()
    {
        var trained = Train(Europe);
        var from = Europe.Times!.TakeWhile(time => DateOnly.FromDateTime(time) <= TrainEnd).Count();
        var later = Panel([.. Prices(Europe).Select((row, i) => i >= from + 100 ? [double.NaN, double.NaN, double.NaN, double.NaN] : row)]);

        var scores = Allocator.Evaluate(trained, later, from, from + 100, TestContext.Current.CancellationToken);

        Assert.Equal(100, scores["steps"]);
        Assert.Equal(trained.Metrics.Keys.Where(key => key.StartsWith("val_", StringComparison.Ordinal)).Select(key => key[4..]).Order(), scores.Keys.Order());
    }

    [Fact]
    public void Evaluate_WithoutHistory_IsRefused() =>
        Assert.Contains("64 rows before", Assert.Throws<ModelTrainingException>(() => Allocator.Evaluate(Train(Europe), Europe, 0, 65, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);

    [Fact]
    public void Train_PriceThatIsNotPositive_NamesRowAndColumn()
    {
        var prices = Prices(Europe);
        prices[7] = [1, 0, 1, 1];
        Assert.Contains("Row 7, column 'SMI' is 0", Assert.Throws<ModelTrainingException>(() => Train(Panel(prices))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_OneAsset_IsRefused() =>
        Assert.Contains("at least 2", Assert.Throws<ModelTrainingException>(() => Train(new TrainingData(Europe.Times, [Europe.Columns[0]]))).Message, StringComparison.Ordinal);

    [Fact]
    public void Train_HorizonLongerThanHistory_SaysWhatIsNeeded()
    {
        var exception = Assert.Throws<ModelTrainingException>(() => Train(Europe.Rows(0, 300), end: null, parameters: new() { ["horizon"] = "200" }));
        Assert.Contains("at least 264", exception.Message, StringComparison.Ordinal);
    }

    private static TrainedModel Train(TrainingData data, RecordingObserver? observer = null, Dictionary<string, string>? parameters = null) =>
        Allocator.Train(Request(data, TrainEnd, parameters), observer ?? new RecordingObserver(), TestContext.Current.CancellationToken);

    private static TrainedModel Train(TrainingData data, DateOnly? end, Dictionary<string, string>? parameters = null) =>
        Allocator.Train(Request(data, end, parameters), new RecordingObserver(), TestContext.Current.CancellationToken);

    private static TrainingRequest Request(TrainingData data, DateOnly? end, Dictionary<string, string>? parameters = null)
    {
        var all = new Dictionary<string, string> { ["iterations"] = "3", ["environments"] = "4", ["horizon"] = "32", ["hidden"] = "16", ["batch_size"] = "32", ["threads"] = "1" };
        foreach (var (name, value) in parameters ?? [])
        {
            all[name] = value;
        }

        return new TrainingRequest(data, end, all);
    }

    /// <summary>More assets than the state can show one by one: mixtures of the four.</summary>
    private static TrainingData Many(int assets) => Panel([.. Prices(Europe).Select(row =>
        Enumerable.Range(0, assets).Select(asset => (row[asset % 4] * (1 + (asset / 4))) + (row[(asset + 1) % 4] * (asset % 3))).ToArray())]);

    private static TrainingData Panel(double[][] rows) => new(
        [.. Enumerable.Range(0, rows.Length).Select(i => new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(i))],
        [.. rows[0].Select((_, asset) => DataColumn.Of(asset < 4 ? Indices[asset] : FormattableString.Invariant($"asset{asset}"), [.. rows.Select(row => row[asset])]))]);

    private static double[][] Prices(TrainingData data) =>
        [.. Enumerable.Range(0, data.Count).Select(row => data.Columns.Select(column => column.Numbers![row]).ToArray())];

    private static float[] Weights(TrainedModel trained)
    {
        using var runner = new OnnxRunner(File(trained, "model.onnx"));
        return runner.Run<float>([("state", [.. Enumerable.Range(0, 24).Select(i => (float)i)], [1, 24])], ["weights"])[0];
    }

    private static byte[] File(TrainedModel model, string path) => model.Files.Single(file => file.Path == path).Content;
}
