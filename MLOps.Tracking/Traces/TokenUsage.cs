using System.Text.Json;

namespace MLOps.Tracking.Traces;

/// <summary>Tokens of language models' calls.</summary>
internal readonly record struct TokenUsage(long Input, long Output, long Total)
{
    public bool IsNone => this == default;

    public static TokenUsage operator +(TokenUsage a, TokenUsage b) => new(a.Input + b.Input, a.Output + b.Output, a.Total + b.Total);

    public static TokenUsage operator -(TokenUsage a, TokenUsage b) => new(a.Input - b.Input, a.Output - b.Output, a.Total - b.Total);

    /// <param name="json">An object with input_tokens, output_tokens and total_tokens; what is missing or no number counts as 0.</param>
    public static TokenUsage Parse(string? json) => PythonJson.TryParse(json) is { ValueKind: JsonValueKind.Object } given
        ? new TokenUsage(Read(given, "input_tokens"), Read(given, "output_tokens"), Read(given, "total_tokens"))
        : default;

    public IEnumerable<KeyValuePair<string, object?>> Members =>
    [
        new("input_tokens", Input),
        new("output_tokens", Output),
        new("total_tokens", Total),
    ];

    public override string ToString() => PythonJson.Dump(Members);

    private static long Read(JsonElement given, string key) =>
        given.TryGetProperty(key, out var count) && count.ValueKind == JsonValueKind.Number && count.TryGetInt64(out var tokens) && Math.Abs(tokens) < 1L << 52 ? tokens : 0;
}
