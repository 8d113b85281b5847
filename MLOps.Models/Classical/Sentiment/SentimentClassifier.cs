using MLOps.Models.Classical.Linear;
using MLOps.Models.Features.Sentiment;

namespace MLOps.Models.Classical.Sentiment;

/// <summary>Three sums of a text's valences, squashed, and a logistic regression on them.</summary>
/// <param name="Saturation">Sum of valences at which tanh reaches .76.</param>
internal sealed record SentimentClassifier(SentimentLexicon Lexicon, double Saturation, LogisticRegression Regression)
{
    /// <summary>All valences, the positive ones, the negative ones.</summary>
    public const int Features = 3;

    public static SentimentClassifier Fit(SentimentRows rows, SentimentLexicon lexicon, double saturation, double penalty, Action<int, double> onIteration)
    {
        var features = rows.Counts.Select(counts => Squash(counts, lexicon, saturation)).ToArray();
        var regression = LogisticRegression.Fit(features, rows.Classes, [.. rows.Classes.Select(_ => 1.0)], 3, penalty, onIteration);
        return new SentimentClassifier(lexicon, saturation, regression);
    }

    /// <summary>Probabilities of negative, neutral and positive, and the squashed sum of all valences.</summary>
    public double[] Predict(IReadOnlyDictionary<int, double> counts)
    {
        var features = Squash(counts, Lexicon, Saturation);
        return [.. Regression.Probabilities(features), features[0]];
    }

    /// <summary>What a word adds to each feature, before squashing.</summary>
    public static double[] Weights(double valence, double saturation) => [valence / saturation, Math.Max(0, valence) / saturation, Math.Min(0, valence) / saturation];

    private static double[] Squash(IReadOnlyDictionary<int, double> counts, SentimentLexicon lexicon, double saturation)
    {
        var sums = new double[Features];
        foreach (var (word, count) in counts)
        {
            var weights = Weights(lexicon.Valences[word], saturation);
            for (var f = 0; f < Features; f++)
            {
                sums[f] += count * weights[f];
            }
        }

        return Array.ConvertAll(sums, Math.Tanh);
    }
}
