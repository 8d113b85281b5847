namespace MLOps.Client.Serving;

/// <summary>What to predict from.</summary>
public sealed record InferenceRequest
{
    public required IReadOnlyList<Tensor> Inputs { get; init; }

    /// <summary>Comes back in the answer.</summary>
    public string? Id { get; init; }

    /// <summary>When the newest observation happened, for the endpoint's monitor. Default: its arrival.</summary>
    public DateTimeOffset? EventTime { get; init; }

    /// <summary>Only these outputs. Default: all.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>Other request parameters: strings, booleans, 64-bit integers or doubles.</summary>
    public IReadOnlyDictionary<string, object> Parameters { get; init; } = new Dictionary<string, object>();
}
