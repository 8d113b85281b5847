namespace MLOps.Tracking.EvaluationDatasets;

/// <summary>One record of an evaluation dataset; its values are JSON as MLflow keeps it.</summary>
/// <param name="Outputs">JSON of any kind; null: none.</param>
/// <param name="Expectations">A JSON object; null: none.</param>
/// <param name="Tags">A JSON object; null: none.</param>
/// <param name="Source">A JSON object with <c>source_type</c> and <c>source_data</c>; null: none.</param>
public sealed record DatasetRecord(
    string DatasetRecordId,
    string DatasetId,
    string Inputs,
    string? Outputs,
    string? Expectations,
    string? Tags,
    string? Source,
    string? SourceId,
    string? SourceType,
    long CreatedTime,
    long LastUpdateTime,
    string? CreatedBy,
    string? LastUpdatedBy);
