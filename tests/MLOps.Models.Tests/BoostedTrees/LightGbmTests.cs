using MLOps.Models.Classical.BoostedTrees;

namespace MLOps.Models.Tests.BoostedTrees;

/// <summary>The same trees as LightGBM grows, where the two are asked the same question.</summary>
public sealed class LightGbmTests
{
    /// <summary>Log-odds of the first rows by Microsoft.ML.LightGbm 5.0.1: 40 iterations of 8 leaves at rate 0.2, L2 1, least child weight 1, one row a leaf at least, 255 bins, no sampling, deterministic, one thread.
    /// Features are whole numbers below 32, so that both have the same bins.</summary>
    private static readonly double[] Reference =
    [
        -1.0418757, -2.2108178, -0.1554311, -0.36419573, -0.90244734, -1.8944505, -2.5587776, 1.7039658, -1.9670888, 1.0733149,
        2.9638636, 1.0048443, 1.0659933, -1.1734012, 0.20390533, -0.24402148, 0.9575458, -0.84175617, 1.4648384, -0.071711875,
    ];

    private ulong _state = 42;

    [Theory]
    [InlineData(1, 0.6571742746546566)]
    [InlineData(3, 0.6186094942659425)]
    [InlineData(8, 0.5303362478961742)]
    [InlineData(15, 0.46313485806831506)]
    [InlineData(25, 0.4249864682018083)]
    [InlineData(40, 0.39250983585086236)]
    public void LogLoss_AfterSoManyTrees_IsThat(int trees, double expected)
    {
        var (model, rows) = Train(trees);
        Assert.Equal(expected, BinaryLogLoss.Of(Scores(model, rows), rows), 1e-8);
    }

    [Fact]
    public void LogOdds_OfRows_AreThose()
    {
        var (model, rows) = Train(40);
        Assert.All(Reference.Zip(Scores(model, rows)), pair => Assert.Equal(pair.First, pair.Second, 2e-6));
    }

    /// <summary>Where no row of a leaf lies between two values, neither says on which side of the gap an unseen row is, and the two choose differently.</summary>
    [Fact]
    public void LogLoss_OfUnseenRows_IsAsGood()
    {
        var (model, _) = Train(40);
        var unseen = Rows(1000);
        Assert.Equal(0.47745575921516265, BinaryLogLoss.Of(Scores(model, unseen), unseen), 1e-3);
    }

    private (BoostedTreesModel Model, WeightedRows Rows) Train(int trees)
    {
        var rows = Rows(2000);
        Assert.Equal((18f, 934), (rows.Features[0][0], rows.Labels.Count(label => label)));

        // Its own rows to stop by: every tree betters them.
        var model = new GradientBoosting(new BoostingSettings(trees, 0.2, 8, 1, 1, 64, 1, 1, trees, 1), new RecordingObserver(), TestContext.Current.CancellationToken).Train(rows, rows, null);
        Assert.Equal(trees, model.Trees.Count);
        return (model, rows);
    }

    private static double[] Scores(BoostedTreesModel model, WeightedRows rows) =>
        [.. rows.Features.Select(row => model.Start + model.Trees.Sum(tree => (double)tree.Predict(row)))];

    private WeightedRows Rows(int count)
    {
        var (features, labels) = (new float[count][], new bool[count]);
        for (var i = 0; i < count; i++)
        {
            var x = features[i] = new float[8];
            for (var j = 0; j < x.Length; j++)
            {
                x[j] = (float)Math.Floor(32 * Next());
            }

            var z = ((x[0] - 16) / 8) + ((x[1] > 15) ^ (x[2] > 20) ? 1.5 : -1.5) + (x[3] * x[4] / 256) - 1;
            labels[i] = Next() < 1 / (1 + Math.Exp(-z));
        }

        return new WeightedRows(features, labels, [.. Enumerable.Repeat(1.0, count)]);
    }

    /// <summary>Knuth's generator of the MMIX, the upper 53 bits.</summary>
    private double Next()
    {
        _state = unchecked((_state * 6364136223846793005UL) + 1442695040888963407UL);
        return (_state >> 11) * (1.0 / (1UL << 53));
    }
}
