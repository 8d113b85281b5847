using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.Embedding;

/// <summary>Real trainings of the three embeddings, shortened.</summary>
[Collection("libtorch has one random generator a process")]
public sealed class EmbeddingDefinitionTests
{
    private static readonly DateOnly TrainEnd = new(2001, 12, 31);

    public static TheoryData<string> Ids => ["market-embedding-tcn", "vae-embedding", "transformer-embedding"];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Train_Sp500_ServesRawWindowsAndScoresThemBesideComponents(string id)
    {
        var trained = Train(id, TestSeries.Sp500);

        var input = trained.Signature.Inputs[0];
        var features = MarketFeatures.Compute(TestSeries.Sp500);
        using var runner = new OnnxRunner(Model(trained));
        float[] windows = [.. Enumerable.Range(1000, 5).SelectMany(row => input.Shape[1] == 8 ? features.Window(row) : features.WindowByDay(row))];
        var outputs = runner.Run<float>([(input.Name, windows, [5, .. input.Shape.Skip(1)])], [.. trained.Signature.Outputs.Select(output => output.Name)]);

        Assert.All(outputs.Zip(trained.Signature.Outputs), pair => Assert.Equal(5 * pair.Second.Shape[1], pair.First.Length));
        Assert.All(outputs.SelectMany(output => output), value => Assert.True(float.IsFinite(value)));
        Assert.InRange(trained.Metrics["onnx_max_difference"], 0, 1e-5);
        Assert.InRange(trained.Metrics["noise_sensitivity"], 1e-6, 0.1);
        Assert.InRange(trained.Metrics["val_r2"], 0.2, 1);
        Assert.All(["val_r2", "val_temporal_continuity", "val_fisher_ratio", "val_joint_fisher_ratio", "val_silhouette", "baseline_pca_r2", "baseline_pca_temporal_continuity"],
            name => Assert.True(double.IsFinite(trained.Metrics[name]), name));
        Assert.Equal(id, runner.Metadata["model_type"]);
        Assert.Contains("model.onnx", trained.Files.Select(file => file.Path));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void TrainAndEvaluate_LaterRowsChange_NothingDoes(string id)
    {
        var data = TestSeries.Sp500;
        var from = data.Dates.TakeWhile(date => date <= TrainEnd).Count();
        var changed = data with { Close = [.. data.Close.Select((close, i) => i >= from + 80 ? double.NaN : close)] };

        var (first, second) = (Train(id, data), Train(id, changed));

        Assert.Equal(Model(first), Model(second));
        var (scores, again) = (Evaluate(data), Evaluate(changed));
        Assert.Equal(80, scores["days"]);
        Assert.Equal(scores, again);
        Assert.True(scores["r2"] > 0, $"R² is {scores["r2"]}");
        Assert.Contains("baseline_pca_r2", scores.Keys);

        IReadOnlyDictionary<string, double> Evaluate(TrainingData rows) =>
            Definition(id).Evaluate(first, rows, from, from + 80, TestContext.Current.CancellationToken);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Train_FromACheckpoint_GoesOnBitForBit(string id)
    {
        var undisturbed = Train(id, TestSeries.Sp500);
        var request = Request(TestSeries.Sp500) with { Checkpoint = Observers[id].Checkpoints.First(checkpoint => checkpoint.Step == 1).Content };

        var resumed = Definition(id).Train(request, new RecordingObserver(), TestContext.Current.CancellationToken);

        Assert.Equal(Model(undisturbed), Model(resumed));
        Assert.Equal(undisturbed.Metrics["val_r2"], resumed.Metrics["val_r2"]);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Train_Monitored_PointsAtTheNewestDaysOwnFeatures(string id)
    {
        var trained = Train(id, TestSeries.Sp500);
        var monitored = trained.Monitored!;
        var features = MarketFeatures.Compute(TestSeries.Sp500);
        var last = monitored.Rows.Count - 1;
        var window = trained.Signature.Inputs[0].Shape[1] == 8 ? features.Window(last) : features.WindowByDay(last);

        Assert.Equal(MarketFeatures.Names.Take(5), monitored.Features.Select(feature => feature.Name));
        Assert.Equal(monitored.Rows[last].Select(value => (float)value), monitored.Features.Select(feature => window[feature.Index]));
        Assert.Equal(TrainEnd, monitored.Dates[last]);
    }

    [Fact]
    public void Train_Transformer_AttentionRowsSumToOne()
    {
        var trained = Train("transformer-embedding", TestSeries.Sp500);
        using var runner = new OnnxRunner(trained.Files.Single(file => file.Path == "attention.onnx").Content);
        var window = MarketFeatures.Compute(TestSeries.Sp500).WindowByDay(2000);

        var attention = runner.Run<float>([("input", window, [1, 64, 8])], ["attention"])[0];

        Assert.Equal(4 * 64 * 64, attention.Length);
        Assert.All(attention.Chunk(64), row => Assert.Equal(1, row.Sum(), 1e-5));
        Assert.All(attention, weight => Assert.InRange(weight, 0, 1));
    }

    [Fact]
    public void Train_Vae_HasAtLeastEightActiveUnits()
    {
        var metrics = Train("vae-embedding", TestSeries.Sp500).Metrics;
        Assert.InRange(metrics["active_units"], 8, 16);
        Assert.True(metrics["val_kl"] > 0);
    }

    [Fact]
    public void Evaluate_TooFewRowsBefore_SaysHowManyAreNeeded()
    {
        var trained = Train("market-embedding-tcn", TestSeries.Sp500);
        var exception = Assert.Throws<ModelTrainingException>(() => Definition("market-embedding-tcn").Evaluate(trained, TestSeries.Sp500, 100, 120, TestContext.Current.CancellationToken));
        Assert.Contains("149 rows before them", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Trained once for all tests that only look, and what was reported.</summary>
    private static readonly Dictionary<string, TrainedModel> Trained = [];
    private static readonly Dictionary<string, RecordingObserver> Observers = [];

    private static TrainedModel Train(string id, OhlcvSeries data)
    {
        if (!ReferenceEquals(data, TestSeries.Sp500))
        {
            return Definition(id).Train(Request(data), new RecordingObserver(), TestContext.Current.CancellationToken);
        }

        if (!Trained.TryGetValue(id, out var trained))
        {
            Observers[id] = new RecordingObserver();
            trained = Definition(id).Train(Request(data), Observers[id], TestContext.Current.CancellationToken);
            Trained[id] = trained;
        }

        return trained;
    }

    private static IModelDefinition Definition(string id) => new ModelCatalog().Find(id)!;

    private static TrainingRequest Request(OhlcvSeries data) =>
        new(data, TrainEnd, new Dictionary<string, string> { ["epochs"] = "2", ["threads"] = "1" });

    private static byte[] Model(TrainedModel trained) => trained.Files.Single(file => file.Path == "model.onnx").Content;
}
