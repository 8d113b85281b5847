namespace MLOps.Client.Http;

/// <summary>MLflow's way of sending a dictionary.</summary>
internal sealed record KeyValue(string Key, string? Value)
{
    public static IReadOnlyList<KeyValue>? List(IReadOnlyDictionary<string, string>? values) =>
        values is null ? null : [.. values.Select(pair => new KeyValue(pair.Key, pair.Value))];

    /// <summary>The last of a key wins; MLflow omits empty lists and empty values.</summary>
    public static IReadOnlyDictionary<string, string> Dictionary(IReadOnlyList<KeyValue>? values)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in values ?? [])
        {
            result[pair.Key] = pair.Value ?? "";
        }

        return result;
    }
}
