using System.Text.Json;

namespace MLOps.Tracking.Traces;

/// <summary>Tokens of language models' calls.</summary>
/// <param name="CacheRead">Of the input, what the provider had in its cache; null where no call said it.</param>
/// <param name="CacheCreation">Of the input, what it put there; null where no call said it.</param>
internal readonly record struct TokenUsage(long Input, long Output, long Total, long? CacheRead = null, long? CacheCreation = null)
{
    public bool IsNone => this == default;

    public static TokenUsage operator +(TokenUsage a, TokenUsage b) => a.With(b, 1);

    public static TokenUsage operator -(TokenUsage a, TokenUsage b) => a.With(b, -1);

    /// <param name="json">An object with input_tokens, output_tokens and total_tokens; what is missing or no number counts as 0. The two of the cache may be missing.</param>
    public static TokenUsage Parse(string? json) => PythonJson.TryParse(json) is { ValueKind: JsonValueKind.Object } given
        ? new TokenUsage(
            Read(given, "input_tokens") ?? 0,
            Read(given, "output_tokens") ?? 0,
            Read(given, "total_tokens") ?? 0,
            Read(given, "cache_read_input_tokens"),
            Read(given, "cache_creation_input_tokens"))
        : default;

    public IEnumerable<KeyValuePair<string, object?>> Members =>
    [
        new("input_tokens", Input),
        new("output_tokens", Output),
        new("total_tokens", Total),
        .. CacheRead is { } read ? [new("cache_read_input_tokens", read)] : Array.Empty<KeyValuePair<string, object?>>(),
        .. CacheCreation is { } creation ? [new("cache_creation_input_tokens", creation)] : Array.Empty<KeyValuePair<string, object?>>(),
    ];

    public override string ToString() => PythonJson.Dump(Members);

    private TokenUsage With(TokenUsage other, long times) => new(
        Input + (times * other.Input),
        Output + (times * other.Output),
        Total + (times * other.Total),
        Sum(CacheRead, times * other.CacheRead),
        Sum(CacheCreation, times * other.CacheCreation));

    private static long? Sum(long? a, long? b) => a is null ? b : a + (b ?? 0);

    private static long? Read(JsonElement given, string key) =>
        given.TryGetProperty(key, out var count) && count.ValueKind == JsonValueKind.Number && count.TryGetInt64(out var tokens) && Math.Abs(tokens) < 1L << 52 ? tokens : null;
}
