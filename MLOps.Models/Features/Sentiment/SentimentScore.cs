namespace MLOps.Models.Features.Sentiment;

/// <summary>VADER's score of a text.</summary>
/// <param name="Negative">Share of the text that is negative; the three shares sum to 1, but all are 0 for a text without words.</param>
/// <param name="Compound">−1..1.</param>
public readonly record struct SentimentScore(double Negative, double Neutral, double Positive, double Compound)
{
    /// <summary>As VADER publishes scores: shares to three places, the compound to four.</summary>
    public SentimentScore Rounded() => new(
        Math.Round(Negative, 3, MidpointRounding.AwayFromZero),
        Math.Round(Neutral, 3, MidpointRounding.AwayFromZero),
        Math.Round(Positive, 3, MidpointRounding.AwayFromZero),
        Math.Round(Compound, 4, MidpointRounding.AwayFromZero));
}
