using System.Text.Json;
using MLOps.Tracking.Traces;

namespace MLOps.Gateway.Mlflow;

/// <summary>A stored span as OpenTelemetry's protobuf in JSON: ids in base64, values under the names of their types.</summary>
internal static class SpanJson
{
    private static readonly string[] Copied = ["trace_id", "span_id", "parent_span_id", "name", "start_time_unix_nano", "end_time_unix_nano"];

    /// <param name="json">Where to.</param>
    /// <param name="content">The span's JSON; what is not an object is written as an empty span.</param>
    public static void Write(Utf8JsonWriter json, string content)
    {
        json.WriteStartObject();
        if (PythonJson.TryParse(content) is { ValueKind: JsonValueKind.Object } span)
        {
            foreach (var name in Copied)
            {
                if (span.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null)
                {
                    json.WritePropertyName(name);
                    value.WriteTo(json);
                }
            }

            Events(json, span);
            Attributes(json, span, areJson: true);
            Status(json, span);
        }

        json.WriteEndObject();
    }

    /// <summary>What protobuf has by default, its JSON leaves out: a code that is not set, a message that is empty.</summary>
    private static void Status(Utf8JsonWriter json, JsonElement span)
    {
        if (!span.TryGetProperty("status", out var status) || status.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        json.WriteStartObject("status");
        foreach (var (name, unset) in (ReadOnlySpan<(string, string)>)[("message", string.Empty), ("code", "STATUS_CODE_UNSET")])
        {
            if (status.TryGetProperty(name, out var value) && !(value.ValueKind == JsonValueKind.String && value.ValueEquals(unset)))
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }

    private static void Events(Utf8JsonWriter json, JsonElement span)
    {
        if (!span.TryGetProperty("events", out var events) || events.ValueKind != JsonValueKind.Array || events.GetArrayLength() == 0)
        {
            return;
        }

        json.WriteStartArray("events");
        foreach (var item in events.EnumerateArray())
        {
            json.WriteStartObject();
            foreach (var name in (ReadOnlySpan<string>)["name", "time_unix_nano"])
            {
                if (item.TryGetProperty(name, out var value))
                {
                    json.WritePropertyName(name);
                    value.WriteTo(json);
                }
            }

            Attributes(json, item, areJson: false);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <param name="json">Where to.</param>
    /// <param name="owner">The span, or an event of it.</param>
    /// <param name="areJson">Whether texts are JSON themselves.</param>
    private static void Attributes(Utf8JsonWriter json, JsonElement owner, bool areJson)
    {
        if (!owner.TryGetProperty("attributes", out var attributes) || attributes.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        Members(json, "attributes", attributes, areJson);
    }

    private static void Members(Utf8JsonWriter json, string name, JsonElement members, bool areJson)
    {
        json.WriteStartArray(name);
        foreach (var member in members.EnumerateObject())
        {
            json.WriteStartObject();
            json.WriteString("key", member.Name);
            json.WritePropertyName("value");
            Value(json, areJson && member.Value.ValueKind == JsonValueKind.String && PythonJson.TryParse(PythonJson.Text(member.Value)) is { } parsed ? parsed : member.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Value(Utf8JsonWriter json, JsonElement value)
    {
        json.WriteStartObject();
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                json.WriteString("string_value", PythonJson.Text(value));
                break;
            case JsonValueKind.True or JsonValueKind.False:
                json.WriteBoolean("bool_value", value.GetBoolean());
                break;
            case JsonValueKind.Number when value.TryGetInt64(out var whole):
                json.WriteNumber("int_value", whole);
                break;
            case JsonValueKind.Number:
                json.WritePropertyName("double_value");
                value.WriteTo(json);
                break;
            case JsonValueKind.Array:
                json.WriteStartObject("array_value");
                json.WriteStartArray("values");
                foreach (var item in value.EnumerateArray())
                {
                    Value(json, item);
                }

                json.WriteEndArray();
                json.WriteEndObject();
                break;
            case JsonValueKind.Object:
                json.WriteStartObject("kvlist_value");
                Members(json, "values", value, areJson: false);
                json.WriteEndObject();
                break;
            default:
                break;
        }

        json.WriteEndObject();
    }
}
