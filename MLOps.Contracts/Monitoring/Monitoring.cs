namespace MLOps.Contracts.Monitoring;

/// <summary>Kinds of alert, by the original system's words.</summary>
public enum AlertKind
{
    Drift = 0,
    Performance,
    Error,
    Warning,
}

/// <summary>An alert of an endpoint.</summary>
/// <param name="AlertId">Stable: endpoint, window and rule make it, so one window alerts once.</param>
/// <param name="Window">The window it is about, for example <c>2020-03</c>.</param>
/// <param name="Value">The statistic that crossed <paramref name="Threshold"/>.</param>
/// <param name="RaisedAt">Unix ms.</param>
/// <param name="Replay">The replay whose window it is about; null: live traffic.</param>
/// <param name="EndpointRemovedAt">Unix ms; null: the endpoint that it is about is still there. An alert outlives its endpoint.</param>
[GenerateSerializer, Immutable, Alias("mlops.ModelAlert")]
public sealed record ModelAlert(
    [property: Id(0)] string AlertId,
    [property: Id(1)] string Endpoint,
    [property: Id(2)] AlertKind Kind,
    [property: Id(3)] string Window,
    [property: Id(4)] string Feature,
    [property: Id(5)] double Value,
    [property: Id(6)] double Threshold,
    [property: Id(7)] string Message,
    [property: Id(8)] long RaisedAt,
    [property: Id(9)] string? AcknowledgedBy,
    [property: Id(10)] long? AcknowledgedAt,
    [property: Id(11)] string? Replay = null,
    [property: Id(12)] long? EndpointRemovedAt = null);

/// <summary>One feature of one judged window.</summary>
/// <param name="KolmogorovSmirnov">Two-sample statistic D against the reference.</param>
/// <param name="Normalised">D·√(nm/(n+m)), comparable between window sizes.</param>
/// <param name="TextbookPValue">Asymptotic p of D under independence, which market data does not have: for comparison only.</param>
[GenerateSerializer, Immutable, Alias("mlops.FeatureDrift")]
public sealed record FeatureDrift(
    [property: Id(0)] string Feature,
    [property: Id(1)] double KolmogorovSmirnov,
    [property: Id(2)] double Normalised,
    [property: Id(3)] double TextbookPValue,
    [property: Id(4)] double PopulationStabilityIndex);

/// <summary>The verdict on one closed window of an endpoint's inputs.</summary>
/// <param name="Statistic">The largest normalised statistic over the features.</param>
/// <param name="Threshold">Quantile of the same statistic over contiguous blocks of the training data.</param>
[GenerateSerializer, Immutable, Alias("mlops.DriftReport")]
public sealed record DriftReport(
    [property: Id(0)] string Endpoint,
    [property: Id(1)] string Window,
    [property: Id(2)] int Count,
    [property: Id(3)] double Statistic,
    [property: Id(4)] double Threshold,
    [property: Id(5)] bool Drifted,
    [property: Id(6)] bool TextbookDrifted,
    [property: Id(7)] IReadOnlyList<FeatureDrift> Features);

/// <summary>Observations taken from an endpoint's inputs.</summary>
/// <param name="EventTime">Unix ms of the observation, when the caller gave one; else of its arrival.</param>
/// <param name="Values">One value per monitored feature, in the profile's order.</param>
/// <param name="Replay">Id of the replay that it belongs to (see <see cref="ReplayId"/>); null: live traffic.</param>
[GenerateSerializer, Immutable, Alias("mlops.ObservedInput")]
public readonly record struct ObservedInput([property: Id(0)] long EventTime, [property: Id(1)] double[] Values, [property: Id(2)] string? Replay = null);
