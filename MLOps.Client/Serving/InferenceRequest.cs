namespace MLOps.Client.Serving;

/// <summary>What to predict from.</summary>
public sealed record InferenceRequest
{
    public required IReadOnlyList<Tensor> Inputs { get; init; }

    /// <summary>Comes back in the answer.</summary>
    public string? Id { get; init; }

    /// <summary>When the newest observation happened, for the endpoint's monitor. Default: its arrival.</summary>
    public DateTimeOffset? EventTime { get; init; }

    /// <summary>Of a replay of history: an id of your choice, 1 to 64 letters, digits, '.', '_' or '-'. The replay is judged in windows of its own,
    /// which live traffic and other replays do not disturb. Needs <see cref="EventTime"/>. Default: live traffic.</summary>
    public string? Replay { get; init; }

    /// <summary>Only these outputs. Default: all.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>Other request parameters: strings, booleans, 64-bit integers or doubles.</summary>
    public IReadOnlyDictionary<string, object> Parameters { get; init; } = new Dictionary<string, object>();
}
