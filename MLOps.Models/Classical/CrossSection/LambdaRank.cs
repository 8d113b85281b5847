using System.Globalization;
using MLOps.Models.Catalog;

namespace MLOps.Models.Classical.CrossSection;

/// <summary>A linear ranker by LambdaRank (Burges, Ragno and Le 2006): of every two assets in the wrong order the better one is pushed up, by as much as exchanging them would change the NDCG.
/// From any of its checkpoints, one after each epoch, it goes on bit for bit.</summary>
internal sealed class LambdaRank(RankingSettings settings, ITrainingObserver observer, CancellationToken cancellationToken)
{
    /// <summary>Quintiles of later returns are the grades 0 to 4.</summary>
    private const int Grades = 5;

    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.999;

    /// <summary>Share of the whole training's progress after this part.</summary>
    private const double ProgressAfter = 0.9;

    /// <param name="sections">Standardised features and later returns of each day.</param>
    /// <param name="start">Weights to begin with: with none, every asset would have the same score and the order of the columns would decide.</param>
    /// <param name="checkpoint">Where an earlier training of the same sections and settings was; null: nowhere.</param>
    /// <returns>The weights after the last epoch; where the training is told to finish, those of the highest NDCG so far.</returns>
    public double[] Fit(IReadOnlyList<(double[][] Features, double[] Forward)> sections, double[] start, byte[]? checkpoint)
    {
        var grades = sections.Select(section => GradesOf(section.Forward)).ToArray();
        var digest = Digest(sections, start);
        var at = RankingCheckpoint.Read(checkpoint, digest) ?? RankingCheckpoint.Start(start);
        while (at.Epoch < settings.Epochs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (at.Epoch > 0 && observer.IsToFinish())
            {
                return at.BestWeights;
            }

            at = Epoch(sections, grades, at);
            var done = at;
            observer.OnCheckpoint(done.Epoch, () => done.Write(digest));
        }

        return at.Weights;
    }

    private RankingCheckpoint Epoch(IReadOnlyList<(double[][] Features, double[] Forward)> sections, int[][] grades, RankingCheckpoint at)
    {
        var (weights, first, second) = ((double[])at.Weights.Clone(), (double[])at.First.Clone(), (double[])at.Second.Clone());
        var gradient = Array.ConvertAll(weights, weight => -settings.Penalty * weight);
        var ndcg = 0.0;
        for (var s = 0; s < sections.Count; s++)
        {
            ndcg += Push(sections[s].Features, grades[s], weights, gradient, 1.0 / sections.Count) / sections.Count;
        }

        var epoch = at.Epoch + 1;
        Ascend(weights, gradient, first, second, settings.LearningRate, epoch);
        observer.OnMetrics(epoch, [KeyValuePair.Create("ndcg", ndcg)]);
        observer.OnProgress(ProgressAfter * epoch / settings.Epochs, string.Create(CultureInfo.InvariantCulture, $"Epoch {epoch}"));
        var next = at with { Epoch = epoch, Weights = weights, First = first, Second = second };

        // An epoch's NDCG is that of the weights before its step.
        return ndcg > at.Best ? next with { Best = ndcg, BestWeights = at.Weights } : next;
    }

    private byte[] Digest(IReadOnlyList<(double[][] Features, double[] Forward)> sections, double[] start)
    {
        using var digest = new TrainingDigest();
        digest.OfSettings(settings).OfValues<double>(start);
        foreach (var (features, forward) in sections)
        {
            digest.OfRows(features).OfValues<double>(forward);
        }

        return digest.Value();
    }

    /// <summary>Grade 4 is the best fifth; ties have one grade.</summary>
    internal static int[] GradesOf(double[] forward)
    {
        var ranks = RankCorrelation.Ranks(forward);
        return Array.ConvertAll(ranks, rank => Math.Min(Grades - 1, (int)((rank - 0.5) * Grades / ranks.Length)));
    }

    /// <summary>Adds one day's lambdas to the gradient and gives its NDCG.</summary>
    private static double Push(double[][] features, int[] grades, double[] weights, double[] gradient, double share)
    {
        var scores = CrossSection.Score(features, weights);
        var discounts = Discounts(scores);
        var ideal = grades.OrderDescending().Select((grade, place) => Gain(grade) / Math.Log2(place + 2)).Sum();
        if (ideal == 0)
        {
            return 1;
        }

        for (var i = 0; i < grades.Length; i++)
        {
            for (var j = 0; j < grades.Length; j++)
            {
                if (grades[i] > grades[j])
                {
                    var exchange = Math.Abs((Gain(grades[i]) - Gain(grades[j])) * (discounts[i] - discounts[j])) / ideal;
                    var lambda = share * exchange / (1 + Math.Exp(scores[i] - scores[j]));
                    for (var f = 0; f < gradient.Length; f++)
                    {
                        gradient[f] += lambda * (features[i][f] - features[j][f]);
                    }
                }
            }
        }

        return grades.Select((grade, i) => Gain(grade) * discounts[i]).Sum() / ideal;
    }

    private static double[] Discounts(double[] scores)
    {
        var discounts = new double[scores.Length];
        var place = 0;
        foreach (var i in Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]))
        {
            discounts[i] = 1 / Math.Log2(place++ + 2);
        }

        return discounts;
    }

    private static double Gain(int grade) => (1 << grade) - 1;

    /// <summary>A step of Adam (Kingma and Ba 2015).</summary>
    private static void Ascend(double[] weights, double[] gradient, double[] first, double[] second, double learningRate, int step)
    {
        for (var f = 0; f < weights.Length; f++)
        {
            first[f] = (FirstDecay * first[f]) + ((1 - FirstDecay) * gradient[f]);
            second[f] = (SecondDecay * second[f]) + ((1 - SecondDecay) * gradient[f] * gradient[f]);
            var (mean, variance) = (first[f] / (1 - Math.Pow(FirstDecay, step)), second[f] / (1 - Math.Pow(SecondDecay, step)));
            weights[f] += learningRate * mean / (Math.Sqrt(variance) + 1e-8);
        }
    }
}
