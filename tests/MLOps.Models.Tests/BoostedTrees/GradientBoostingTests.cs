using MLOps.Models.Classical.BoostedTrees;
using MLOps.Models.Evaluation;
using MLOps.Models.Features;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.BoostedTrees;

public sealed class GradientBoostingTests
{
    private static readonly BoostingSettings Settings = new(60, 0.2, 8, 1e-3, 0.1, 64, 1, 1, 60, 1);

    /// <summary>Learns the noise before long, and stops by its patience.</summary>
    private static readonly BoostingSettings Sampled = Settings with { Trees = 200, LearningRate = 0.1, RowShare = 0.6, FeatureShare = 0.5, Patience = 8 };

    [Fact]
    public void Train_OneSplitWithoutPenalty_TakesTheNewtonStepOfEachSide()
    {
        var rows = Rows([(0f, false), (0f, false), (0f, true), (1f, true), (1f, true), (1f, false)]);
        var model = Train(Settings with { Trees = 1, Leaves = 2, LearningRate = 1, L2 = 0 }, rows, rows);

        // From log-odds 0 a side's step is its residuals' sum over its p(1-p)'s: (1-1.5)/0.75 and (2-1.5)/0.75.
        Assert.Equal(0, model.Start, 1e-7);
        Assert.Equal([0.5f, -2 / 3f, 2 / 3f], [model.Trees[0].Nodes[0].Threshold, model.Trees[0].Predict([0f]), model.Trees[0].Predict([1f])]);
    }

    /// <summary>An interaction that no linear model sees.</summary>
    [Fact]
    public void Train_ExclusiveOr_LearnsIt()
    {
        var (fit, validation) = (ExclusiveOr(2000, 1), ExclusiveOr(500, 2));
        var model = Train(Settings, fit, validation);
        Assert.InRange(RocAuc.Of(model.Predict(validation.Features), validation.Labels), 0.97, 1);
        Assert.InRange(RocAuc.Of(LogisticSignal.Predict(fit, validation), validation.Labels), 0.4, 0.6);
    }

    [Fact]
    public void Train_AFeatureThroughAMonotoneMap_SplitsTheSameRows()
    {
        var (fit, validation) = (ExclusiveOr(1000, 1), ExclusiveOr(300, 2));
        var plain = Train(Settings, fit, validation);
        var mapped = Train(Settings, Doubled(fit), Doubled(validation));
        Assert.Equal(plain.Predict(validation.Features), mapped.Predict(Doubled(validation).Features));

        static WeightedRows Doubled(WeightedRows rows) => rows with { Features = [.. rows.Features.Select(row => Array.ConvertAll(row, value => value * 1024))] };
    }

    [Fact]
    public void Train_WeightsAllTimesFour_ScalesOnlyThePenalties()
    {
        var (fit, validation) = (ExclusiveOr(1000, 1), ExclusiveOr(300, 2));
        var plain = Train(Settings, fit, validation);
        var heavier = Train(Settings with { L2 = 4 * Settings.L2, MinimumWeight = 4 * Settings.MinimumWeight }, fit with { Weights = Array.ConvertAll(fit.Weights, weight => 4 * weight) }, validation);
        Assert.Equal(plain.Predict(validation.Features), heavier.Predict(validation.Features));
    }

    [Fact]
    public void Train_ValidationThatFollowsNothing_KeepsFewTreesAndStopsEarly()
    {
        var random = new Random(3);
        var noise = ExclusiveOr(500, 2) with { Labels = [.. Enumerable.Range(0, 500).Select(_ => random.Next(2) == 0)] };
        var observer = new RecordingObserver();
        var model = Train(Settings with { Patience = 5 }, ExclusiveOr(1000, 1), noise, observer);
        Assert.InRange(model.Trees.Count, 0, observer.Epochs.Count - 5);
        Assert.InRange(observer.Epochs.Count, 5, 40);
    }

    [Fact]
    public void Train_ToldToFinish_KeepsTheBestSoFar()
    {
        var (fit, validation) = (ExclusiveOr(1000, 1), ExclusiveOr(500, 2));
        var observer = new RecordingObserver { FinishAfter = 7 };
        var model = Train(Settings, fit, validation, observer);
        Assert.Equal(7, observer.Epochs.Count);
        Assert.Equal(observer.Epochs.MinBy(epoch => epoch.Metrics["val_loss"]).Step, model.Trees.Count);
    }

    /// <summary>Rows and features are sampled, so that the draws must be where they were; the best tree is not the last, so that what early stopping knows must be, too.</summary>
    [Fact]
    public void Train_FromAnyCheckpoint_GoesOnBitForBit()
    {
        var (fit, validation) = (Noisy(400, 1), Noisy(200, 2));
        var whole = new RecordingObserver();
        var undisturbed = Train(Sampled, fit, validation, whole);
        Assert.InRange(undisturbed.Trees.Count, 2, whole.Epochs.Count - 1);
        Assert.Equal(whole.Epochs.Select(epoch => epoch.Step), whole.Checkpoints.Select(checkpoint => checkpoint.Step));
        Assert.Equal(Sampled.Patience, whole.Epochs.Count - undisturbed.Trees.Count);

        foreach (var (step, content) in whole.Checkpoints)
        {
            var rest = new RecordingObserver();
            var resumed = Train(Sampled, fit, validation, rest, content);

            Assert.Equal(whole.Epochs.Where(epoch => epoch.Step > step).Select(Text), rest.Epochs.Select(Text));
            Assert.Equal(Nodes(undisturbed), Nodes(resumed));
            Assert.Equal(whole.Checkpoints.Where(checkpoint => checkpoint.Step > step).SelectMany(checkpoint => checkpoint.Content), rest.Checkpoints.SelectMany(checkpoint => checkpoint.Content));
        }
    }

    [Fact]
    public void Train_FromACheckpoint_ToldToFinish_KeepsTheBestSoFarAndGrowsNoMore()
    {
        var (fit, validation) = (Noisy(400, 1), Noisy(200, 2));
        var whole = new RecordingObserver();
        Train(Sampled, fit, validation, whole);
        var checkpoint = whole.Checkpoints[9].Content;

        var told = new RecordingObserver { FinishAfter = 0 };
        var model = Train(Sampled, fit, validation, told, checkpoint);

        Assert.Empty(told.Epochs);
        Assert.Equal(whole.Epochs.Take(10).MinBy(epoch => epoch.Metrics["val_loss"]).Step, model.Trees.Count);
    }

    /// <summary>The same as none.</summary>
    [Fact]
    public void Train_CheckpointThatIsOfSomethingElseOrCutShort_BeginsAnew()
    {
        var (fit, validation) = (Noisy(400, 1), Noisy(200, 2));
        var whole = new RecordingObserver();
        Train(Sampled, fit, validation, whole);
        var checkpoint = whole.Checkpoints[9].Content;
        (BoostingSettings Settings, WeightedRows Fit, byte[] Checkpoint)[] others =
        [
            (Sampled with { Seed = 2 }, fit, checkpoint),
            (Sampled with { LearningRate = 0.2 }, fit, checkpoint),
            (Sampled, fit with { Labels = [.. fit.Labels.Select((label, i) => label ^ (i == 0))] }, checkpoint),
            (Sampled, fit with { Features = [[1, .. fit.Features[0].Skip(1)], .. fit.Features.Skip(1)] }, checkpoint),
            (Sampled, fit, checkpoint[..^1]),
            (Sampled, fit, checkpoint[..100]),
            (Sampled, fit, []),
            (Sampled, fit, [1, 2, 3]),
        ];
        Assert.All(others, other =>
        {
            var (anew, given) = (new RecordingObserver(), new RecordingObserver());
            Train(other.Settings, other.Fit, validation, anew);
            Train(other.Settings, other.Fit, validation, given, other.Checkpoint);
            Assert.Equal(anew.Epochs.Select(Text), given.Epochs.Select(Text));
            Assert.Equal(1, given.Epochs[0].Step);
        });
    }

    [Fact]
    public void Export_NoTreeAtAll_IsTheShareOfTheFitRows()
    {
        using var runner = new OnnxRunner(OnnxModelFile.Write(BoostedTreesGraph.Build(new BoostedTreesModel(-1, []), SignalFeatures.Names.Count), "none", new Dictionary<string, string>()));
        var probability = runner.Run<float>([("features", new float[40], [2, 20])], ["probability"])[0];
        Assert.All(probability, p => Assert.Equal(1 / (1 + Math.E), p, 1e-6));
        Assert.Equal(2, probability.Length);
    }

    [Fact]
    public void Fit_RepeatedValues_MakeNoEmptyBins()
    {
        var rows = Enumerable.Range(0, 100).Select(i => new[] { i < 90 ? 1f : i, 5f }).ToArray();
        var binned = BinnedFeatures.Fit(rows, 16);
        Assert.Empty(binned.Edges[1]);
        Assert.True(binned.Edges[0].Zip(binned.Edges[0].Skip(1)).All(pair => pair.First < pair.Second));
        Assert.Equal(binned.Edges[0].Length + 1, binned.Column(0).ToArray().Distinct().Count());
    }

    [Fact]
    public void Fit_FewerValuesThanBins_PartsEachFromTheNext()
    {
        var random = new Random(5);
        var rows = Enumerable.Range(0, 1000).Select(_ => new[] { (float)random.Next(32), random.Next(3) }).ToArray();
        var binned = BinnedFeatures.Fit(rows, 64);
        Assert.Equal(Enumerable.Range(0, 31).Select(i => i + 0.5f), binned.Edges[0]);
        Assert.Equal([0.5f, 1.5f], binned.Edges[1]);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(64)]
    public void Fit_ValuesThatAreNoNumbers_AreNoEdges(int bins)
    {
        var rows = Enumerable.Range(0, 1000).Select(i => new[] { i % 3 == 0 ? float.NaN : i % 40 }).ToArray();
        var edges = BinnedFeatures.Fit(rows, bins).Edges[0];
        Assert.NotEmpty(edges);
        Assert.All(edges, edge => Assert.True(float.IsFinite(edge)));
        Assert.Equal(edges.Distinct().Order(), edges);
    }

    [Fact]
    public void Fit_ManyValuesAndOneThatIsMostOfThem_GivesThatOneABinOfItsOwn()
    {
        var random = new Random(6);
        var rows = Enumerable.Range(0, 4000).Select(i => new[] { i % 4 < 3 ? 0.25f : random.NextSingle() }).ToArray();
        var binned = BinnedFeatures.Fit(rows, 16);
        Assert.InRange(binned.Edges[0].Length, 4, 15);
        var own = binned.Column(0).ToArray().Zip(rows).Where(pair => pair.Second[0] == 0.25f).Select(pair => pair.First).Distinct().Single();
        Assert.InRange(binned.Column(0).ToArray().Count(bin => bin == own), 3000, 3100);
    }

    [Fact]
    public void Fit_ValuesThatAreAllDifferent_AreInBinsOfOneSize()
    {
        var random = new Random(7);
        var rows = Enumerable.Range(0, 1000).Select(_ => new[] { random.NextSingle() }).ToArray();
        var binned = BinnedFeatures.Fit(rows, 8);
        Assert.Equal(7, binned.Edges[0].Length);
        Assert.All(binned.Column(0).ToArray().CountBy(bin => bin), pair => Assert.Equal(125, pair.Value));
    }

    private static BoostedTreesModel Train(BoostingSettings settings, WeightedRows fit, WeightedRows validation, RecordingObserver? observer = null, byte[]? checkpoint = null) =>
        new GradientBoosting(settings, observer ?? new RecordingObserver(), TestContext.Current.CancellationToken).Train(fit, validation, checkpoint);

    private static IEnumerable<TreeNode> Nodes(BoostedTreesModel model) => model.Trees.SelectMany(tree => tree.Nodes);

    private static string Text((long Step, Dictionary<string, double> Metrics) epoch) =>
        $"{epoch.Step}: {epoch.Metrics["train_loss"]:R} {epoch.Metrics["val_loss"]:R}";

    private static WeightedRows Rows((float X, bool Label)[] rows) => new(
        [.. rows.Select(row => new[] { row.X })],
        [.. rows.Select(row => row.Label)],
        [.. rows.Select(_ => 1.0)]);

    /// <summary>A feature's sign, with every fourth label at random: learnt by a few trees, then only the noise.</summary>
    private static WeightedRows Noisy(int count, int seed)
    {
        var random = new Random(seed);
        var rows = ExclusiveOr(count, seed);
        return rows with { Labels = [.. rows.Features.Select((row, i) => i % 4 == 0 ? random.Next(2) == 0 : row[3] > 0)] };
    }

    private static WeightedRows ExclusiveOr(int count, int seed)
    {
        var random = new Random(seed);
        var features = Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, SignalFeatures.Names.Count).Select(_ => random.NextSingle() - 0.5f).ToArray()).ToArray();
        return new WeightedRows(features, [.. features.Select(row => row[3] > 0 ^ row[7] > 0)], [.. features.Select(_ => 1.0)]);
    }
}
