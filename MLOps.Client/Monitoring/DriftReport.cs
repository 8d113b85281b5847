namespace MLOps.Client.Monitoring;

/// <summary>The verdict on one window of an endpoint's inputs.</summary>
public sealed record DriftReport
{
    /// <summary>For example <c>2020-03</c>.</summary>
    public required string Window { get; init; }

    /// <summary>Observations in the window.</summary>
    public int Count { get; init; }

    /// <summary>The largest normalised statistic over the features.</summary>
    public double Statistic { get; init; }

    /// <summary>Quantile of the same statistic over contiguous blocks of the training data.</summary>
    public double Threshold { get; init; }

    public bool Drifted { get; init; }

    /// <summary>What a textbook KS test, which takes market data for independent, would have said.</summary>
    public bool TextbookDrifted { get; init; }

    public IReadOnlyList<FeatureDrift> Features { get; init; } = [];
}
