using System.Globalization;
using System.Text.Json;
using MLOps.Contracts.Experiments;

namespace MLOps.Tracking.Rest;

/// <summary>Fields of an answer, read as protobuf's JSON has them: 64-bit integers as numbers or text, NaN as text, empty lists left out.
/// What is missing or of another type is a <see cref="JsonException"/>.</summary>
internal static class JsonFields
{
    public static JsonElement Object(this JsonElement element, string name) =>
        Field(element, name) is { ValueKind: JsonValueKind.Object } found ? found : throw Missing(name);

    public static string Text(this JsonElement element, string name) => element.OptionalText(name) ?? throw Missing(name);

    public static string? OptionalText(this JsonElement element, string name) => Field(element, name) switch
    {
        { ValueKind: JsonValueKind.String } found => found.GetString(),
        { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } => null,
        _ => throw Missing(name),
    };

    public static long Long(this JsonElement element, string name) => element.OptionalLong(name) ?? throw Missing(name);

    public static long? OptionalLong(this JsonElement element, string name) => Field(element, name) switch
    {
        { ValueKind: JsonValueKind.Number } found when found.TryGetInt64(out var number) => number,
        { ValueKind: JsonValueKind.String } found when long.TryParse(found.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } => null,
        _ => throw Missing(name),
    };

    public static double Double(this JsonElement element, string name) => Field(element, name) switch
    {
        { ValueKind: JsonValueKind.Number } found => found.GetDouble(),
        { ValueKind: JsonValueKind.String } found => found.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw Missing(name),
        },

        // Protobuf leaves a zero out.
        { ValueKind: JsonValueKind.Undefined } => 0,
        _ => throw Missing(name),
    };

    public static bool Flag(this JsonElement element, string name) => Field(element, name).ValueKind == JsonValueKind.True;

    /// <summary>The elements of a list; none when it is left out.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) => Field(element, name) switch
    {
        { ValueKind: JsonValueKind.Array } found => found.EnumerateArray(),
        { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } => [],
        _ => throw Missing(name),
    };

    public static IReadOnlyList<KeyValue> Pairs(this JsonElement element, string name) =>
        [.. element.Items(name).Select(pair => new KeyValue(pair.Text("key"), pair.OptionalText("value") ?? string.Empty))];

    /// <summary>A page of things under one name.</summary>
    public static Page<T> Page<T>(this JsonElement element, string name, Func<JsonElement, T> read) =>
        new([.. element.Items(name).Select(read)], element.OptionalText("next_page_token") is { Length: > 0 } token ? token : null);

    public static JsonException Missing(string name) => new($"'{name}' is missing or of another type");

    private static JsonElement Field(JsonElement element, string name) => element.ValueKind == JsonValueKind.Object
        ? element.TryGetProperty(name, out var found) ? found : default
        : throw new JsonException($"expected an object with '{name}'");
}
