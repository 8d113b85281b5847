using MLOps.Models.Classical.Linear;

namespace MLOps.Models.Classical.BoostedTrees;

/// <summary>Gradient-boosted trees for the log-loss of weighted binary labels.</summary>
internal sealed class GradientBoosting(BoostingSettings settings)
{
    /// <param name="onTree">Hears the number of trees so far, and the log-losses on both sets of rows.</param>
    /// <param name="isToFinish">Whether the trees so far are to be all; asked before each once there is one that helps. Null: never.</param>
    /// <returns>The trees up to the best on the validation rows.</returns>
    public BoostedTreesModel Train(WeightedRows fit, WeightedRows validation, Action<int, double, double> onTree, Func<bool>? isToFinish = null)
    {
        var start = LogOdds(fit);
        var (scores, validationScores) = (Start(fit, start), Start(validation, start));
        var grower = new TreeGrower(BinnedFeatures.Fit(fit.Features, settings.Bins), settings);
        var random = new Random(settings.Seed);
        var trees = new List<RegressionTree>();
        var (best, bestLoss) = (0, BinaryLogLoss.Of(validationScores, validation));
        while (trees.Count < settings.Trees && trees.Count - best < settings.Patience && !(best > 0 && isToFinish?.Invoke() == true))
        {
            var tree = Grow(grower, fit, scores, random);
            trees.Add(tree);
            Add(tree, fit, scores);
            Add(tree, validation, validationScores);
            var loss = BinaryLogLoss.Of(validationScores, validation);
            (best, bestLoss) = loss < bestLoss ? (trees.Count, loss) : (best, bestLoss);
            onTree(trees.Count, BinaryLogLoss.Of(scores, fit), loss);
        }

        return new BoostedTreesModel((float)start, [.. trees.Take(best)]);
    }

    private RegressionTree Grow(TreeGrower grower, WeightedRows rows, double[] scores, Random random)
    {
        var (gradients, curvatures) = (new double[scores.Length], new double[scores.Length]);
        for (var i = 0; i < scores.Length; i++)
        {
            var p = Logistic.Probability(scores[i]);
            gradients[i] = rows.Weights[i] * (p - (rows.Labels[i] ? 1 : 0));
            curvatures[i] = rows.Weights[i] * Math.Max(p * (1 - p), 1e-12);
        }

        return grower.Grow(gradients, curvatures, Sample(scores.Length, settings.RowShare, random), Sample(rows.Features[0].Length, settings.FeatureShare, random));
    }

    /// <summary>So large a share of the numbers below <paramref name="count"/>, at least one, ascending.</summary>
    private static int[] Sample(int count, double share, Random random)
    {
        var numbers = Enumerable.Range(0, count).ToArray();
        if (share < 1)
        {
            random.Shuffle(numbers);
        }

        return [.. numbers.Take(Math.Max(1, (int)Math.Round(share * count))).Order()];
    }

    private static double LogOdds(WeightedRows rows)
    {
        var positive = rows.PositiveShare;
        return Math.Log(positive / (1 - positive));
    }

    private static double[] Start(WeightedRows rows, double start)
    {
        var scores = new double[rows.Labels.Length];
        Array.Fill(scores, (float)start);
        return scores;
    }

    private static void Add(RegressionTree tree, WeightedRows rows, double[] scores)
    {
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] += tree.Predict(rows.Features[i]);
        }
    }
}
