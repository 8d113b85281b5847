using System.Text.Json;

namespace MLOps.Tracking.EvaluationDatasets;

/// <summary>Where a record comes from.</summary>
/// <param name="Type">UNSPECIFIED, TRACE, HUMAN, DOCUMENT or CODE.</param>
/// <param name="Data">A JSON object; null: nothing more is known.</param>
public sealed record DatasetRecordSource(string Type, JsonElement? Data);
