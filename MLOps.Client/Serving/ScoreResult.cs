using System.Text.Json;

namespace MLOps.Client.Serving;

/// <summary>The answer to MLflow's scoring form.</summary>
public sealed record ScoreResult
{
    /// <summary>In the shape that the model gives.</summary>
    public required JsonElement Predictions { get; init; }

    /// <summary>Of raw rows that have dates: the newest row that each prediction knows, as ISO 8601; else null.</summary>
    public IReadOnlyList<string>? Dates { get; init; }

    public string? Variant { get; init; }

    public int? ModelVersion { get; init; }
}
