using MLOps.Models.Features.Sentiment;

namespace MLOps.Models.Classical.Sentiment;

/// <summary>How well probabilities meet classes, beside what always saying the fit rows' shares and what VADER's compound would score.</summary>
internal static class SentimentFigures
{
    /// <summary>Compound beyond which VADER's authors call a text positive or negative.</summary>
    private const double VaderThreshold = 0.05;

    public static Dictionary<string, double> Of(string prefix, IReadOnlyList<double[]> predicted, SentimentRows scored, double[] shares) => new()
    {
        [$"{prefix}log_loss"] = LogLoss(predicted, scored.Classes),
        [$"baseline_prior_{prefix}log_loss"] = LogLoss([.. scored.Classes.Select(_ => shares)], scored.Classes),
        [$"{prefix}accuracy"] = Accuracy([.. predicted.Select(row => Array.IndexOf(row, row[..3].Max()))], scored.Classes),
        [$"baseline_prior_{prefix}accuracy"] = Accuracy([.. scored.Classes.Select(_ => Array.IndexOf(shares, shares.Max()))], scored.Classes),
        [$"baseline_vader_{prefix}accuracy"] = Accuracy([.. scored.Texts.Select(Vader)], scored.Classes),
    };

    /// <summary>Shares of the three classes, as if each had been seen once more.</summary>
    public static double[] Shares(int[] classes) =>
        [.. Enumerable.Range(0, 3).Select(label => (classes.Count(one => one == label) + 1.0) / (classes.Length + 3))];

    private static int Vader(string text) => VaderSentiment.Score(text).Compound switch { >= VaderThreshold => 2, <= -VaderThreshold => 0, _ => 1 };

    private static double LogLoss(IReadOnlyList<double[]> predicted, int[] classes) =>
        classes.Select((label, i) => -Math.Log(Math.Max(predicted[i][label], 1e-12))).Average();

    private static double Accuracy(int[] predicted, int[] classes) => predicted.Zip(classes, (p, label) => p == label ? 1.0 : 0.0).Average();
}
