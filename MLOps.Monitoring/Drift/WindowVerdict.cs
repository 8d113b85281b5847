namespace MLOps.Monitoring.Drift;

/// <summary>The verdict on one window.</summary>
/// <param name="Window">For example <c>2020-03</c>.</param>
/// <param name="Count">Observations judged.</param>
/// <param name="Statistic">Largest normalised statistic over the features.</param>
/// <param name="Drifted">The statistic is above the threshold.</param>
/// <param name="TextbookDrifted">Some feature's textbook p is below 5 %.</param>
public sealed record WindowVerdict(
    string Window,
    int Count,
    double Statistic,
    double Threshold,
    bool Drifted,
    bool TextbookDrifted,
    IReadOnlyList<FeatureVerdict> Features)
{
    /// <summary>The feature whose statistic is the largest.</summary>
    public FeatureVerdict Worst => Features.MaxBy(feature => feature.Normalised)!;
}
