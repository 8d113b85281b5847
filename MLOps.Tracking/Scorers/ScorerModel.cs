using System.Text.Json;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking.Scorers;

/// <summary>The model that a serialized scorer asks: <c>provider:/name</c>, at a place that depends on the scorer's kind.</summary>
internal static class ScorerModel
{
    private const string Gateway = "gateway:/";
    private const string MemoryAugmented = "memory_augmented_judge_data";
    private const string Model = "model";

    /// <summary>In the order in which MLflow looks.</summary>
    private static readonly string[] Kinds = ["instructions_judge_pydantic_data", "builtin_scorer_pydantic_data", MemoryAugmented, "third_party_scorer_data"];

    /// <returns>The model as it stands there; undefined: none.</returns>
    public static JsonElement Find(JsonElement scorer) => Kind(scorer) switch
    {
        (null, _) => default,
        (MemoryAugmented, var data) => data.TryGetProperty("base_judge", out var judge) ? Find(judge) : default,
        (_, var data) => data.TryGetProperty(Model, out var model) && model.ValueKind != JsonValueKind.Null ? model : default,
    };

    /// <returns>The endpoint's name or id behind <c>gateway:/</c>; null: the model is none of the gateway.</returns>
    public static string? Endpoint(JsonElement scorer) =>
        Find(scorer) is { ValueKind: JsonValueKind.String } model && PythonJson.Text(model) is var text && text.StartsWith(Gateway, StringComparison.Ordinal) && text[Gateway.Length..].TrimStart('/') is { Length: > 0 } endpoint
            ? endpoint
            : null;

    /// <summary>The scorer with another endpoint; null: with none.</summary>
    public static string WithEndpoint(JsonElement scorer, string? endpoint) => PythonJson.Dump(Replaced(scorer, endpoint is null ? null : Gateway + endpoint));

    private static IEnumerable<KeyValuePair<string, object?>> Replaced(JsonElement scorer, string? model)
    {
        var (kind, _) = Kind(scorer);
        return [.. scorer.EnumerateObject().Select(member => new KeyValuePair<string, object?>(member.Name, member.Name != kind ? member.Value
            : kind == MemoryAugmented ? member.Value.EnumerateObject().Select(inner => new KeyValuePair<string, object?>(inner.Name, inner.Name == "base_judge" ? Replaced(inner.Value, model) : inner.Value))
            : member.Value.EnumerateObject().Where(inner => inner.Name != Model).Select(inner => new KeyValuePair<string, object?>(inner.Name, inner.Value)).Append(new(Model, model))))];
    }

    private static (string? Name, JsonElement Data) Kind(JsonElement scorer)
    {
        foreach (var kind in Kinds)
        {
            if (scorer.ValueKind == JsonValueKind.Object && scorer.TryGetProperty(kind, out var data) && data.ValueKind == JsonValueKind.Object && data.EnumerateObject().Any())
            {
                return (kind, data);
            }
        }

        return (null, default);
    }
}
