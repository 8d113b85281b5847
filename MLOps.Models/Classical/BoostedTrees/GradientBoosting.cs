using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.Linear;

namespace MLOps.Models.Classical.BoostedTrees;

/// <summary>Gradient-boosted trees for the log-loss of weighted binary labels. From any of its checkpoints, one after each tree, it goes on bit for bit.</summary>
internal sealed class GradientBoosting(BoostingSettings settings, ITrainingObserver observer, CancellationToken cancellationToken)
{
    /// <summary>Share of the whole training's progress before and after this part.</summary>
    private const double ProgressBefore = 0.05;
    private const double ProgressAfter = 0.9;

    /// <param name="checkpoint">Where an earlier training of the same rows and settings was; null: nowhere.</param>
    /// <returns>The trees up to the best on the validation rows.</returns>
    public BoostedTreesModel Train(WeightedRows fit, WeightedRows validation, byte[]? checkpoint)
    {
        var start = LogOdds(fit);
        var (scores, validationScores) = (Start(fit, start), Start(validation, start));
        var grower = new TreeGrower(BinnedFeatures.Fit(fit.Features, settings.Bins), settings);
        var samples = new TreeSamples(settings, fit.Labels.Length, fit.Features[0].Length);
        var digest = Digest(fit, validation);
        var earlier = BoostingCheckpoint.Read(checkpoint, digest) ?? new BoostingCheckpoint([], 0, BinaryLogLoss.Of(validationScores, validation));
        var trees = new List<RegressionTree>();
        foreach (var tree in earlier.Trees)
        {
            cancellationToken.ThrowIfCancellationRequested();
            samples.Skip();
            Take(tree);
        }

        var (best, bestLoss) = (earlier.Best, earlier.BestLoss);
        while (trees.Count < settings.Trees && trees.Count - best < settings.Patience && !(best > 0 && observer.IsToFinish()))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Take(Grow(grower, fit, scores, samples));
            var loss = BinaryLogLoss.Of(validationScores, validation);
            (best, bestLoss) = loss < bestLoss ? (trees.Count, loss) : (best, bestLoss);
            Report(trees.Count, BinaryLogLoss.Of(scores, fit), loss);
            var at = new BoostingCheckpoint(trees, best, bestLoss);
            observer.OnCheckpoint(trees.Count, () => at.Write(digest));
        }

        return new BoostedTreesModel((float)start, [.. trees.Take(best)]);

        void Take(RegressionTree tree)
        {
            trees.Add(tree);
            Add(tree, fit, scores);
            Add(tree, validation, validationScores);
        }
    }

    private void Report(int trees, double loss, double validationLoss)
    {
        observer.OnMetrics(trees, [KeyValuePair.Create("train_loss", loss), KeyValuePair.Create("val_loss", validationLoss)]);
        observer.OnProgress(ProgressBefore + ((ProgressAfter - ProgressBefore) * trees / settings.Trees), string.Create(CultureInfo.InvariantCulture, $"{trees} trees"));
    }

    private static RegressionTree Grow(TreeGrower grower, WeightedRows rows, double[] scores, TreeSamples samples)
    {
        var (gradients, curvatures) = (new double[scores.Length], new double[scores.Length]);
        for (var i = 0; i < scores.Length; i++)
        {
            var p = Logistic.Probability(scores[i]);
            gradients[i] = rows.Weights[i] * (p - (rows.Labels[i] ? 1 : 0));
            curvatures[i] = rows.Weights[i] * Math.Max(p * (1 - p), 1e-12);
        }

        var (seen, features) = samples.Next();
        return grower.Grow(gradients, curvatures, seen, features);
    }

    private byte[] Digest(params WeightedRows[] sets)
    {
        using var digest = new TrainingDigest();
        digest.OfSettings(settings);
        foreach (var rows in sets)
        {
            digest.OfRows(rows.Features).OfValues<bool>(rows.Labels).OfValues<double>(rows.Weights);
        }

        return digest.Value();
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
