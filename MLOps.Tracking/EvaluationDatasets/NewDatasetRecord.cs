using System.Text.Json;

namespace MLOps.Tracking.EvaluationDatasets;

/// <summary>What a caller says of a record. One with the same inputs is changed, not doubled.</summary>
/// <param name="Inputs">A JSON object.</param>
/// <param name="Outputs">Null: not mentioned; a JSON null takes them away.</param>
/// <param name="Expectations">A JSON object, merged into what is there; null: not mentioned.</param>
/// <param name="Tags">A JSON object, merged into what is there; null: not mentioned.</param>
/// <param name="Source">Where the record comes from; kept of the first write.</param>
public sealed record NewDatasetRecord(JsonElement Inputs, JsonElement? Outputs, JsonElement? Expectations, JsonElement? Tags, DatasetRecordSource? Source);
