using System.Text.Json;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Training;
using MLOps.Gateway.Endpoints;

namespace MLOps.Gateway.Training.Retraining;

/// <summary>Body of a policy: what to train, when, and what the result must be worth.</summary>
/// <param name="Dataset">Its newest version is trained on, but for the validation rows.</param>
/// <param name="RegisterAs">Default: the model that the endpoint serves.</param>
/// <param name="EverySeconds">Time between two trainings. Default: no schedule.</param>
/// <param name="OnDrift">Whether a new drift alert of the endpoint begins one. Default: true.</param>
/// <param name="ValidationRows">The newest rows, which the training does not see. Default: 250.</param>
/// <param name="Metric">Figure of the model's evaluation that decides.</param>
/// <param name="Direction"><c>minimize</c> or <c>maximize</c>. Default: minimize.</param>
/// <param name="Threshold">What the new version must reach. Default: it must beat the version that the endpoint serves, on the same rows.</param>
/// <param name="Features">Feature pipeline that the model is trained behind. Default: none.</param>
/// <param name="Evaluation">Evaluation beside each training, walk-forward or by cross-validation. Default: none.</param>
/// <param name="CheckpointEvery">Steps (epochs or iterations) after which a checkpoint is due, if not by time before. Default: the server's.</param>
/// <param name="Canary">As of a deployment, without the variant. Default: a version that passes waits in Staging for a person.</param>
internal sealed record RetrainingPolicyRequest(
    string? Model,
    string? Dataset,
    string? Experiment,
    IReadOnlyDictionary<string, JsonElement>? Parameters,
    string? RegisterAs,
    int? Priority,
    double? EverySeconds,
    bool? OnDrift,
    int? ValidationRows,
    string? Metric,
    string? Direction,
    double? Threshold,
    DeployCanary? Canary,
    JsonElement? Features = null,
    EvaluationRequest? Evaluation = null,
    long? CheckpointEvery = null)
{
    /// <exception cref="MLOpsException">InvalidArgument: names the field.</exception>
    public RetrainingPolicy ToPolicy()
    {
        var canary = Canary is null ? null : (Canary with { Variant = "challenger" }).ToSpec();
        return new RetrainingPolicy(
            new StartTrainingRequest(Model, Dataset, null, Experiment, null, null, Parameters, RegisterAs, Priority, null, Evaluation, Features, CheckpointEvery).ToSpec(),
            EverySeconds switch
            {
                null => null,
                >= 0 and < 1e9 => (long)(EverySeconds * 1000),
                _ => throw new MLOpsException(ProblemCode.InvalidArgument, $"'every_seconds' is {EverySeconds}: expected a number of seconds."),
            },
            OnDrift ?? true,
            ValidationRows ?? 250,
            Metric ?? "",
            Direction switch
            {
                null or "minimize" => false,
                "maximize" => true,
                _ => throw new MLOpsException(ProblemCode.InvalidArgument, $"'direction' is '{NameRules.Shortened(Direction)}': expected minimize or maximize."),
            },
            Threshold,
            canary is null ? null : new RetrainingCanary(canary.Steps, canary.Rules));
    }
}
