using MLOps.Contracts.Endpoints;

namespace MLOps.Contracts.Training;

/// <summary>When an endpoint's model is trained anew, and what becomes of the result. Durations are ms.</summary>
/// <param name="Training">What to train, on the newest version of the dataset (its version is 0); what it registers as is the model that the endpoint serves.</param>
/// <param name="EveryMs">Time between two trainings; null: no schedule.</param>
/// <param name="OnDrift">Whether a new drift alert of the endpoint's live traffic begins one.</param>
/// <param name="ValidationRows">The newest rows, which the training does not see and the versions are compared on.</param>
/// <param name="Metric">Figure of the evaluation that decides.</param>
/// <param name="Threshold">What the new version must reach; null: it must beat the version that the endpoint serves, on the same rows.</param>
/// <param name="Canary">How a version that is in Staging gets the endpoint's traffic; null: it waits there for a person.</param>
[GenerateSerializer, Immutable, Alias("mlops.RetrainingPolicy")]
public sealed record RetrainingPolicy(
    [property: Id(0)] TrainingJobSpec Training,
    [property: Id(1)] long? EveryMs,
    [property: Id(2)] bool OnDrift,
    [property: Id(3)] int ValidationRows,
    [property: Id(4)] string Metric,
    [property: Id(5)] bool HigherIsBetter,
    [property: Id(6)] double? Threshold,
    [property: Id(7)] RetrainingCanary? Canary);

/// <param name="Steps">As of a canary of a deployment.</param>
[GenerateSerializer, Immutable, Alias("mlops.RetrainingCanary")]
public sealed record RetrainingCanary(
    [property: Id(0)] IReadOnlyList<CanaryStep> Steps,
    [property: Id(1)] CanaryRules Rules);

public enum RetrainingStep
{
    Training = 0,
    Validating,
    Staging,
    Canary,

    /// <summary>The version is in Staging, and its canary, if there was to be one, has been promoted.</summary>
    Succeeded,

    /// <summary>The version was not good enough, in validation or as a canary.</summary>
    Rejected,
    Failed,
}

/// <summary>One training of a policy. Times are Unix ms.</summary>
/// <param name="Reason">What began it.</param>
/// <param name="Version">The new version of the model; null until there is one.</param>
/// <param name="Current">The version that it was compared with; null: none.</param>
/// <param name="Figure">Its own figure on the validation rows.</param>
/// <param name="CurrentFigure">That of the version it was compared with.</param>
/// <param name="Message">What was decided and why.</param>
[GenerateSerializer, Immutable, Alias("mlops.Retraining")]
public sealed record Retraining(
    [property: Id(0)] string JobId,
    [property: Id(1)] string Reason,
    [property: Id(2)] RetrainingStep Step,
    [property: Id(3)] string ModelName,
    [property: Id(4)] int DatasetVersion,
    [property: Id(5)] int? Version,
    [property: Id(6)] int? Current,
    [property: Id(7)] double? Figure,
    [property: Id(8)] double? CurrentFigure,
    [property: Id(9)] string? Message,
    [property: Id(10)] long StartTime,
    [property: Id(11)] long? EndTime);

/// <summary>A policy and what it did.</summary>
/// <param name="NextTime">When the schedule begins the next training; null: it has none.</param>
/// <param name="History">Newest first; the last fifty.</param>
[GenerateSerializer, Immutable, Alias("mlops.RetrainingSnapshot")]
public sealed record RetrainingSnapshot(
    [property: Id(0)] string Endpoint,
    [property: Id(1)] RetrainingPolicy Policy,
    [property: Id(2)] long? NextTime,
    [property: Id(3)] IReadOnlyList<Retraining> History);
