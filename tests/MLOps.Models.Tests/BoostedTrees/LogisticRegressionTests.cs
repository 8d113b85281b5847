using MLOps.Models.Classical.Linear;

namespace MLOps.Models.Tests.BoostedTrees;

public sealed class LogisticRegressionTests
{
    /// <summary>Two groups: the fitted odds are those of the table, its solution in closed form.</summary>
    [Fact]
    public void Fit_OneYesNoFeature_GivesTheOddsOfTheTable()
    {
        var rows = Enumerable.Range(0, 100).Select(i => new[] { i < 40 ? 0.0 : 1.0 }).ToArray();
        var labels = Enumerable.Range(0, 100).Select(i => i is < 10 or >= 40 and < 85 ? 0 : 1).ToArray();

        var model = LogisticRegression.Fit(rows, labels, [.. labels.Select(_ => 1.0)], 2, 0);

        Assert.Equal(0.25, model.Probabilities([0])[0], 1e-9);
        Assert.Equal(0.75, model.Probabilities([1])[0], 1e-9);
    }

    /// <summary>A weight counts as often as the row stood in the data.</summary>
    [Fact]
    public void Fit_ThreeClassesAndWeights_GivesWhatRepeatedRowsGive()
    {
        double[][] rows = [[0.2], [1.0], [-0.7], [0.4], [2.0], [-1.5]];
        int[] labels = [0, 1, 2, 1, 0, 2];
        var weighted = LogisticRegression.Fit(rows, labels, [1, 2, 3, 1, 1, 2], 3, 0.5);
        var repeated = LogisticRegression.Fit([.. rows, rows[1], rows[2], rows[2], rows[5]], [.. labels, 1, 2, 2, 2], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 3, 0.5);

        Assert.All(weighted.Probabilities([0.3]).Zip(repeated.Probabilities([0.3])), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.Equal(1, weighted.Probabilities([0.3]).Sum(), 1e-12);
    }

    [Fact]
    public void Fit_ClassesThatALineParts_StaysFiniteByThePenalty()
    {
        var model = LogisticRegression.Fit([[-1.0], [-2.0], [1.0], [2.0]], [0, 0, 1, 1], [1, 1, 1, 1], 2, 1);
        Assert.InRange(model.Probabilities([-1])[0], 0.5, 0.99);
    }
}
