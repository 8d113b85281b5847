using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking.EvaluationDatasets;

/// <summary>The JSON of records, byte for byte as MLflow writes it: it finds a record again by a hash of that text.</summary>
internal static class RecordJson
{
    /// <summary>MLflow keeps outputs of any kind as a member of an object.</summary>
    private const string Wrapped = "mlflow_wrapped";

    /// <summary>SHA-256 of the inputs with their keys in order.</summary>
    public static string Hash(JsonElement inputs) => Hash(PythonJson.Dump(Ordered(inputs)));

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <returns>Null: there are no outputs.</returns>
    public static string? Wrap(JsonElement? outputs) => outputs is { ValueKind: not JsonValueKind.Null }
        ? PythonJson.Dump(new KeyValuePair<string, object?>[] { new(Wrapped, outputs) })
        : null;

    /// <returns>Null: there are no outputs.</returns>
    public static string? Unwrap(string? stored) =>
        PythonJson.TryParse(stored) is { ValueKind: JsonValueKind.Object } members && members.TryGetProperty(Wrapped, out var outputs) && outputs.ValueKind != JsonValueKind.Null
            ? PythonJson.Dump(outputs)
            : null;

    /// <summary>What is there with what is new over it.</summary>
    /// <param name="stored">A JSON object; null or another kind: nothing.</param>
    /// <param name="added">A JSON object; null or another kind: nothing.</param>
    public static string? Merge(string? stored, JsonElement? added)
    {
        if (added is not { ValueKind: JsonValueKind.Object } members)
        {
            return stored;
        }

        var merged = PythonJson.TryParse(stored) is { ValueKind: JsonValueKind.Object } old ? old.EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value) : [];
        foreach (var member in members.EnumerateObject())
        {
            merged[member.Name] = member.Value;
        }

        return PythonJson.Dump(merged);
    }

    /// <summary>The fields seen so far, each with the type that it had first.</summary>
    public static string? Schema(string? stored, IReadOnlyList<NewDatasetRecord> records)
    {
        if (records.Count == 0)
        {
            return stored;
        }

        var known = PythonJson.TryParse(stored);
        var inputs = Fields(known, "inputs");
        var outputs = Fields(known, "outputs");
        var expectations = Fields(known, "expectations");
        object? plain = known is { } schema && schema.TryGetProperty("outputs", out var given) && given.ValueKind == JsonValueKind.String ? given : null;
        foreach (var record in records)
        {
            Add(inputs, record.Inputs);
            Add(expectations, record.Expectations);
            if (record.Outputs is { ValueKind: JsonValueKind.Object })
            {
                Add(outputs, record.Outputs);
            }
            else if (record.Outputs is { ValueKind: not JsonValueKind.Null } value && outputs.Count == 0)
            {
                plain ??= Type(value);
            }
        }

        return PythonJson.Dump(new KeyValuePair<string, object?>[]
        {
            new("inputs", inputs), new("outputs", plain ?? outputs), new("expectations", expectations), new("version", "1.0"),
        });
    }

    private static Dictionary<string, object?> Fields(JsonElement? schema, string name) =>
        schema is { ValueKind: JsonValueKind.Object } members && members.TryGetProperty(name, out var fields) && fields.ValueKind == JsonValueKind.Object
            ? fields.EnumerateObject().ToDictionary(field => field.Name, field => (object?)field.Value)
            : [];

    private static void Add(Dictionary<string, object?> fields, JsonElement? values)
    {
        if (values is not { ValueKind: JsonValueKind.Object } members)
        {
            return;
        }

        foreach (var member in members.EnumerateObject())
        {
            fields.TryAdd(member.Name, Type(member.Value));
        }
    }

    private static string Type(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => value.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') ? "float" : "integer",
        JsonValueKind.String => "string",
        JsonValueKind.Array => "array",
        _ => "object",
    };

    private static object? Ordered(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => new SortedDictionary<string, object?>(
            value.EnumerateObject().GroupBy(member => member.Name).ToDictionary(members => members.Key, members => Ordered(members.Last().Value)),
            StringComparer.Ordinal),
        JsonValueKind.Array => value.EnumerateArray().Select(Ordered).ToList(),
        _ => value,
    };
}
