using MLOps.Contracts.Experiments;

namespace MLOps.Tracking.EvaluationDatasets;

/// <summary>A named collection of inputs and expected outputs that generative models are judged by, without its records.</summary>
/// <param name="Schema">JSON: the fields seen so far with their types; null before the first record.</param>
/// <param name="Profile">JSON: how many records there are; null without any.</param>
/// <param name="Digest">Eight hex digits that change with every change of the records.</param>
/// <param name="CreatedTime">Unix milliseconds.</param>
/// <param name="ExperimentIds">Null: not asked for.</param>
public sealed record EvaluationDataset(
    string DatasetId,
    string Name,
    string? Schema,
    string? Profile,
    string? Digest,
    long CreatedTime,
    long LastUpdateTime,
    string? CreatedBy,
    string? LastUpdatedBy,
    IReadOnlyList<KeyValue> Tags,
    IReadOnlyList<string>? ExperimentIds = null);
