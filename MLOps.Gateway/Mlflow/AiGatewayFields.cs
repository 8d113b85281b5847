using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Experiments;
using MLOps.Tracking;
using MLOps.Tracking.AiGateway;

namespace MLOps.Gateway.Mlflow;

/// <summary>What the routes of the AI gateway have in common.</summary>
internal static class AiGatewayFields
{
    public const string Prefix = "/3.0/mlflow/gateway/";
    private static readonly string[] Linkages = [GatewayModelUse.Primary, GatewayModelUse.Fallback];

    public static IAiGatewayStore Store(MlflowCall call) => call.Http.RequestServices.GetRequiredService<IAiGatewayStore>();

    /// <summary>An object of texts; empty when absent. The message of a wrong one does not show it: it may be a secret.</summary>
    public static IReadOnlyList<KeyValue> Map(MlflowRequest request, string name)
    {
        var element = request.Element(name, null);
        return element.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => [],
            JsonValueKind.Object when element.EnumerateObject().All(member => member.Value.ValueKind == JsonValueKind.String) =>
                [.. element.EnumerateObject().GroupBy(member => member.Name, (key, members) => new KeyValue(key, MlflowRequest.Unicode(members.Last().Value)))],
            _ => throw MlflowRequest.Invalid($"Invalid value for parameter '{name}' supplied: expected an object whose values are texts"),
        };
    }

    /// <summary>An enum as protobuf JSON has it: its name or its number, from 1; 0 and absent are none.</summary>
    public static string? Named(JsonElement element, string path, params ReadOnlySpan<string> names) => element.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => null,
        JsonValueKind.String when names.IndexOf(element.GetString()) is >= 0 and var index => names[index],
        JsonValueKind.String when element.GetString()!.EndsWith("_UNSPECIFIED", StringComparison.Ordinal) => null,
        JsonValueKind.Number when element.TryGetInt32(out var number) && number >= 0 && number <= names.Length => number == 0 ? null : names[number - 1],
        _ => throw MlflowRequest.WrongType(path, element),
    };

    public static List<GatewayModelUse> Uses(MlflowRequest request, string name)
    {
        var uses = new List<GatewayModelUse>();
        foreach (var item in request.Items(name))
        {
            uses.Add(Use(item, string.Create(CultureInfo.InvariantCulture, $"{name}[{uses.Count}]")));
        }

        return uses;
    }

    public static GatewayModelUse Use(JsonElement item, string path)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw MlflowRequest.WrongType(path, item);
        }

        var weight = MlflowRequest.Property(item, "weight");
        return new GatewayModelUse(
            MlflowRequest.Text(item, "model_definition_id", path + ".model_definition_id") is { Length: > 0 } id ? id : throw MlflowRequest.Missing(path + ".model_definition_id"),
            Named(MlflowRequest.Property(item, "linkage_type"), path + ".linkage_type", Linkages) ?? throw MlflowRequest.Missing(path + ".linkage_type"),
            weight.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null
                ? 1
                : MlflowRequest.Double(weight) is { } given && float.IsFinite((float)given) && given >= 0 ? (float)given : throw MlflowRequest.WrongType(path + ".weight", weight),
            Int(MlflowRequest.Property(item, "fallback_order"), path + ".fallback_order"));
    }

    /// <summary>A 32-bit integer, or null when it is absent.</summary>
    public static int? Int(JsonElement element, string path) => element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null
        ? null
        : MlflowRequest.Long(element) is >= int.MinValue and <= int.MaxValue and var number ? (int)number : throw MlflowRequest.WrongType(path, element);

    /// <summary>A list under one name; an empty one is left out.</summary>
    public static Task AnswerListAsync<T>(MlflowCall call, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write) =>
        call.AnswerAsync(json => MlflowJson.Page(json, name, new Page<T>(items, null), write));

    public static void Map(Utf8JsonWriter json, string name, IReadOnlyList<KeyValue> pairs)
    {
        if (pairs.Count == 0)
        {
            return;
        }

        json.WriteStartObject(name);
        foreach (var pair in pairs)
        {
            json.WriteString(pair.Key, pair.Value);
        }

        json.WriteEndObject();
    }
}
