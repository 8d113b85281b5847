using System.Text.Json;

namespace MLOps.Client.Serving;

/// <summary>The answer to MLflow's scoring form.</summary>
public sealed record ScoreResult
{
    /// <summary>In the shape that the model gives.</summary>
    public required JsonElement Predictions { get; init; }

    public string? Variant { get; init; }

    public int? ModelVersion { get; init; }
}
