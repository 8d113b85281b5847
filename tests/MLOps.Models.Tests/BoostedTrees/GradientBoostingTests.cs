using MLOps.Models.Classical.BoostedTrees;
using MLOps.Models.Evaluation;
using MLOps.Models.Features;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.BoostedTrees;

public sealed class GradientBoostingTests
{
    private static readonly BoostingSettings Settings = new(60, 0.2, 8, 1e-3, 0.1, 64, 1, 1, 60, 1);

    [Fact]
    public void Train_OneSplitWithoutPenalty_TakesTheNewtonStepOfEachSide()
    {
        var rows = Rows([(0f, false), (0f, false), (0f, true), (1f, true), (1f, true), (1f, false)]);
        var model = new GradientBoosting(Settings with { Trees = 1, Leaves = 2, LearningRate = 1, L2 = 0 }).Train(rows, rows, (_, _, _) => { });

        // From log-odds 0 a side's step is its residuals' sum over its p(1-p)'s: (1-1.5)/0.75 and (2-1.5)/0.75.
        Assert.Equal(0, model.Start, 1e-7);
        Assert.Equal([0.5f, -2 / 3f, 2 / 3f], [model.Trees[0].Nodes[0].Threshold, model.Trees[0].Predict([0f]), model.Trees[0].Predict([1f])]);
    }

    /// <summary>An interaction that no linear model sees.</summary>
    [Fact]
    public void Train_ExclusiveOr_LearnsIt()
    {
        var (fit, validation) = (ExclusiveOr(2000, 1), ExclusiveOr(500, 2));
        var model = new GradientBoosting(Settings).Train(fit, validation, (_, _, _) => { });
        Assert.InRange(RocAuc.Of(model.Predict(validation.Features), validation.Labels), 0.97, 1);
        Assert.InRange(RocAuc.Of(LogisticSignal.Predict(fit, validation), validation.Labels), 0.4, 0.6);
    }

    [Fact]
    public void Train_AFeatureThroughAMonotoneMap_SplitsTheSameRows()
    {
        var (fit, validation) = (ExclusiveOr(1000, 1), ExclusiveOr(300, 2));
        var plain = new GradientBoosting(Settings).Train(fit, validation, (_, _, _) => { });
        var mapped = new GradientBoosting(Settings).Train(Doubled(fit), Doubled(validation), (_, _, _) => { });
        Assert.Equal(plain.Predict(validation.Features), mapped.Predict(Doubled(validation).Features));

        static WeightedRows Doubled(WeightedRows rows) => rows with { Features = [.. rows.Features.Select(row => Array.ConvertAll(row, value => value * 1024))] };
    }

    [Fact]
    public void Train_WeightsAllTimesFour_ScalesOnlyThePenalties()
    {
        var (fit, validation) = (ExclusiveOr(1000, 1), ExclusiveOr(300, 2));
        var plain = new GradientBoosting(Settings).Train(fit, validation, (_, _, _) => { });
        var heavier = new GradientBoosting(Settings with { L2 = 4 * Settings.L2, MinimumWeight = 4 * Settings.MinimumWeight })
            .Train(fit with { Weights = Array.ConvertAll(fit.Weights, weight => 4 * weight) }, validation, (_, _, _) => { });
        Assert.Equal(plain.Predict(validation.Features), heavier.Predict(validation.Features));
    }

    [Fact]
    public void Train_ValidationThatFollowsNothing_KeepsFewTreesAndStopsEarly()
    {
        var random = new Random(3);
        var noise = ExclusiveOr(500, 2) with { Labels = [.. Enumerable.Range(0, 500).Select(_ => random.Next(2) == 0)] };
        var grown = 0;
        var model = new GradientBoosting(Settings with { Patience = 5 }).Train(ExclusiveOr(1000, 1), noise, (trees, _, _) => grown = trees);
        Assert.InRange(model.Trees.Count, 0, grown - 5);
        Assert.InRange(grown, 5, 40);
    }

    [Fact]
    public void Train_ToldToFinish_KeepsTheBestSoFar()
    {
        var (fit, validation) = (ExclusiveOr(1000, 1), ExclusiveOr(500, 2));
        var (grown, losses) = (0, new List<double>());
        var model = new GradientBoosting(Settings).Train(
            fit,
            validation,
            (trees, _, loss) =>
            {
                grown = trees;
                losses.Add(loss);
            },
            () => grown >= 7);
        Assert.Equal(7, grown);
        Assert.Equal(losses.IndexOf(losses.Min()) + 1, model.Trees.Count);
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

    private static WeightedRows Rows((float X, bool Label)[] rows) => new(
        [.. rows.Select(row => new[] { row.X })],
        [.. rows.Select(row => row.Label)],
        [.. rows.Select(_ => 1.0)]);

    private static WeightedRows ExclusiveOr(int count, int seed)
    {
        var random = new Random(seed);
        var features = Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, SignalFeatures.Names.Count).Select(_ => random.NextSingle() - 0.5f).ToArray()).ToArray();
        return new WeightedRows(features, [.. features.Select(row => row[3] > 0 ^ row[7] > 0)], [.. features.Select(_ => 1.0)]);
    }
}
