using System.Globalization;
using MLOps.Contracts.Datasets;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Training;
using MLOps.Silo.Endpoints;

namespace MLOps.Silo.Training.Retraining;

/// <summary>Checks a policy before it is kept.</summary>
internal sealed class RetrainingPolicyCheck(TrainingSpecCheck training, IGrainFactory grains)
{
    /// <summary>Fewer rows than this tell chance from skill in no model.</summary>
    private const int LeastRows = 20;
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <exception cref="MLOpsException">InvalidArgument: names the field, what was given and what is expected.</exception>
    public async Task<RetrainingPolicy> CheckAsync(RetrainingPolicy policy)
    {
        if (policy.EveryMs is { } every && (every < Shortest.TotalMilliseconds || every > Longest.TotalMilliseconds))
        {
            throw Bad("every_seconds", (every / 1000.0).ToString(CultureInfo.InvariantCulture), $"{Shortest.TotalSeconds} to {Longest.TotalSeconds}");
        }

        if (policy.EveryMs is null && !policy.OnDrift)
        {
            throw Bad("every_seconds", "", "a schedule, or on_drift: nothing would ever begin a training");
        }

        if (policy.Training.TrainEnd is { } end)
        {
            throw Bad("train_end", end, "none: a policy trains on all rows but the validation rows");
        }

        if (policy.Training.DatasetVersion != 0)
        {
            throw Bad("dataset_version", policy.Training.DatasetVersion.ToString(CultureInfo.InvariantCulture), "none: a policy trains on the newest");
        }

        if (policy.Metric.Length == 0)
        {
            throw Bad("metric", "", "a figure of the model's evaluation");
        }

        if (policy.Threshold is { } threshold && !double.IsFinite(threshold))
        {
            throw Bad("threshold", threshold.ToString(CultureInfo.InvariantCulture), "a number");
        }

        if (policy.Canary is { } rollout)
        {
            // Not by the deployment, at night, after the training.
            EndpointSpecCheck.StepsAndRules(rollout.Steps, rollout.Rules);
        }

        var complete = await training.CheckAsync(policy.Training);
        var rows = (await grains.GetGrain<IDatasetGrain>(complete.Dataset).GetVersionsAsync())[^1].Rows;
        if (policy.ValidationRows < LeastRows || policy.ValidationRows > rows / 2)
        {
            throw Bad("validation_rows", policy.ValidationRows.ToString(CultureInfo.InvariantCulture), $"{LeastRows} to half of the dataset's {rows} rows");
        }

        return policy with
        {
            Training = complete with { DatasetVersion = 0 },
            Canary = policy.Canary is { } canary ? canary with { Steps = canary.Steps.ToArray() } : null,
        };
    }

    private static MLOpsException Bad(string field, string value, string expected) =>
        new(ProblemCode.InvalidArgument, $"'{field}' is '{value}': expected {expected}.");
}
