using MLOps.Contracts.Experiments;

namespace MLOps.Tracking.EvaluationDatasets;

public sealed record CreateEvaluationDataset(string Name, IReadOnlyList<KeyValue> Tags, IReadOnlyList<string> ExperimentIds);

/// <param name="ExperimentIds">Datasets of any of these; empty: of all.</param>
public sealed record SearchEvaluationDatasets(IReadOnlyList<string> ExperimentIds, string? Filter, IReadOnlyList<string> OrderBy, int MaxResults, string? PageToken);

public sealed record UpsertedRecords(int Inserted, int Updated);
