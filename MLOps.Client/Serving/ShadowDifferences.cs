using System.Text.Json.Serialization;

namespace MLOps.Client.Serving;

/// <summary>How a shadow's answers differ from those that callers got.</summary>
public sealed record ShadowDifferences
{
    public required string Variant { get; init; }

    public long Compared { get; init; }

    public long Failed { get; init; }

    /// <summary>Requests that it never saw because it could not keep up.</summary>
    public long Dropped { get; init; }

    [JsonPropertyName("latency_p50_ms")]
    public double? LatencyP50 { get; init; }

    [JsonPropertyName("latency_p99_ms")]
    public double? LatencyP99 { get; init; }

    public IReadOnlyList<OutputDifferences> Outputs { get; init; } = [];
}

/// <summary>One output, element by element.</summary>
public sealed record OutputDifferences
{
    public required string Name { get; init; }

    public long Elements { get; init; }

    /// <summary>Requests whose two tensors had another shape, or no numbers.</summary>
    public long Incomparable { get; init; }

    public long NonFinite { get; init; }

    public DifferenceSummary? Absolute { get; init; }

    public DifferenceSummary? Relative { get; init; }

    public long SignFlips { get; init; }

    /// <summary>Rows that are probability vectors in both.</summary>
    public long ArgmaxRows { get; init; }

    public long ArgmaxDisagreements { get; init; }

    /// <summary>Spearman's ρ over the last pairs sampled: that of each of the first 64 columns (places in a row of the tensor), and of these the mean.
    /// Null where no column has two pairs that differ on both sides.</summary>
    public double? RankCorrelation { get; init; }

    public int RankSample { get; init; }
}

/// <param name="Mean">Null where the sum of the differences is beyond the largest number.</param>
public sealed record DifferenceSummary(double? Mean, double P50, double P90, double P99, double Max);
