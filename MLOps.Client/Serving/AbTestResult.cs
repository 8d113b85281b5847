using System.Text.Json.Serialization;

namespace MLOps.Client.Serving;

public enum AbVerdict
{
    Collecting = 0,
    Winner,
    [JsonStringEnumMemberName("control_wins")]
    ControlWins,
    [JsonStringEnumMemberName("sample_ratio_mismatch")]
    SampleRatioMismatch,
}

/// <summary>How an A/B test stands. It may be looked at as often as one likes.</summary>
public sealed record AbTestResult
{
    public required string Metric { get; init; }

    public string Control { get; init; } = "";

    public bool HigherIsBetter { get; init; }

    public double Alpha { get; init; }

    public AbVerdict Verdict { get; init; }

    public string? Winner { get; init; }

    public string Explanation { get; init; } = "";

    public double SampleRatioPValue { get; init; }

    public double ChiSquarePValue { get; init; }

    public IReadOnlyList<AbTestArm> Arms { get; init; } = [];

    /// <summary>Whether the test has as many callers as are known again: those who come now get a variant, and do not count.</summary>
    public bool IsFull { get; init; }
}

/// <summary>One variant in a test; the comparison is with the control.</summary>
public sealed record AbTestArm
{
    public required string Variant { get; init; }

    public double ExpectedShare { get; init; }

    /// <summary>Callers (or requests without one) assigned.</summary>
    public long Units { get; init; }

    public long Outcomes { get; init; }

    public double? Mean { get; init; }

    public double? StandardDeviation { get; init; }

    public double? Difference { get; init; }

    public double? Lower { get; init; }

    public double? Upper { get; init; }

    public double? Confidence { get; init; }
}
