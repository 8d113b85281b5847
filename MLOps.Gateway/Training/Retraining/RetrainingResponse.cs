using System.Text.Json;
using MLOps.Contracts.Training;

namespace MLOps.Gateway.Training.Retraining;

/// <summary>A policy and what it did, newest first. Times are Unix ms.</summary>
/// <param name="Evaluation">Beside each training; null: none.</param>
/// <param name="CheckpointEvery">Null: the server's.</param>
/// <param name="NextTime">When the schedule begins the next training.</param>
internal sealed record RetrainingResponse(
    string Endpoint,
    string Model,
    string Dataset,
    IReadOnlyDictionary<string, string> Parameters,
    JsonElement? Features,
    EvaluationRequest? Evaluation,
    long? CheckpointEvery,
    double? EverySeconds,
    bool OnDrift,
    int ValidationRows,
    string Metric,
    string Direction,
    double? Threshold,
    bool Canary,
    long? NextTime,
    IReadOnlyList<RetrainingRecord> History)
{
    public static RetrainingResponse Of(RetrainingSnapshot snapshot)
    {
        var policy = snapshot.Policy;
        return new(
            snapshot.Endpoint,
            policy.Training.Model,
            policy.Training.Dataset,
            policy.Training.Parameters.ToDictionary(parameter => parameter.Key, parameter => parameter.Value),
            policy.Training.Features is { } features ? JsonElement.Parse(features) : null,
            EvaluationRequest.Of(policy.Training.Evaluation),
            policy.Training.CheckpointEvery,
            policy.EveryMs / 1000.0,
            policy.OnDrift,
            policy.ValidationRows,
            policy.Metric,
            policy.HigherIsBetter ? "maximize" : "minimize",
            policy.Threshold,
            policy.Canary is not null,
            snapshot.NextTime,
            [.. snapshot.History.Select(RetrainingRecord.Of)]);
    }
}
