namespace MLOps.Contracts.Endpoints;

/// <summary>A test between live variants on the mean of an outcome. The unit is the caller where callers give a key, else the request:
/// the first outcome of a unit counts.</summary>
/// <param name="Metric">The outcome's metric.</param>
/// <param name="Control">The variant that the others are compared with.</param>
/// <param name="Alpha">Probability of naming a winner where there is none, over the whole test and however often one looks.</param>
/// <param name="MinPerVariant">Outcomes of a variant before it is judged: the interval is asymptotic.</param>
/// <param name="EffectSize">The difference that the test is tuned to find soonest, in standard deviations of the outcome; it is valid for any.</param>
/// <param name="PromoteWinner">Whether the winner gets all traffic by itself.</param>
[GenerateSerializer, Immutable, Alias("mlops.AbTestSpec")]
public sealed record AbTestSpec(
    [property: Id(0)] string Metric,
    [property: Id(1)] string Control,
    [property: Id(2)] bool HigherIsBetter = true,
    [property: Id(3)] double Alpha = 0.05,
    [property: Id(4)] long MinPerVariant = 100,
    [property: Id(5)] double EffectSize = 0.1,
    [property: Id(6)] bool PromoteWinner = false);

public enum AbVerdict
{
    /// <summary>Nothing is decided yet.</summary>
    Collecting = 0,

    /// <summary>A variant is better than the control.</summary>
    Winner,

    /// <summary>Every other variant is worse than the control.</summary>
    ControlWins,

    /// <summary>The variants' shares are not the ones asked for: something loses or repeats units, and no outcome can be trusted.</summary>
    SampleRatioMismatch,
}

/// <summary>How a test stands.</summary>
/// <param name="Winner">The variant named; null: none.</param>
/// <param name="SampleRatioPValue">Always valid: it may be looked at all the time.</param>
/// <param name="ChiSquarePValue">Of Pearson's test, which is valid for a single look: for comparison.</param>
/// <param name="IsFull">Whether the test has as many callers as are known again: those who come now get a variant, and do not count.</param>
[GenerateSerializer, Immutable, Alias("mlops.AbResult")]
public sealed record AbResult(
    [property: Id(0)] AbTestSpec Spec,
    [property: Id(1)] AbVerdict Verdict,
    [property: Id(2)] string? Winner,
    [property: Id(3)] string Explanation,
    [property: Id(4)] double SampleRatioPValue,
    [property: Id(5)] double ChiSquarePValue,
    [property: Id(6)] IReadOnlyList<AbArm> Arms,
    [property: Id(7)] bool IsFull = false);

/// <summary>One variant in a test. The comparison is null for the control, before there are enough outcomes, and when the shares do not fit.</summary>
/// <param name="ExpectedShare">By the weights.</param>
/// <param name="Units">Callers or requests assigned.</param>
/// <param name="Difference">Mean less the control's mean.</param>
/// <param name="Lower">Of the always-valid interval of the difference.</param>
/// <param name="Confidence">1 less the always-valid p-value of "no difference".</param>
[GenerateSerializer, Immutable, Alias("mlops.AbArm")]
public sealed record AbArm(
    [property: Id(0)] string Variant,
    [property: Id(1)] double ExpectedShare,
    [property: Id(2)] long Units,
    [property: Id(3)] long Outcomes,
    [property: Id(4)] double? Mean,
    [property: Id(5)] double? StandardDeviation,
    [property: Id(6)] double? Difference = null,
    [property: Id(7)] double? Lower = null,
    [property: Id(8)] double? Upper = null,
    [property: Id(9)] double? Confidence = null);
