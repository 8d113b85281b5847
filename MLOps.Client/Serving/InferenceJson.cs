using System.Buffers;
using System.Text.Json;

namespace MLOps.Client.Serving;

/// <summary>Open Inference v2 requests and answers.</summary>
internal static class InferenceJson
{
    public static ReadOnlyMemory<byte> Write(InferenceRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (request.Id is not null)
            {
                writer.WriteString("id", request.Id);
            }

            WriteParameters(writer, request);
            writer.WriteStartArray("inputs");
            foreach (var input in request.Inputs)
            {
                TensorJson.Write(writer, input);
            }

            writer.WriteEndArray();
            if (request.Outputs.Count > 0)
            {
                writer.WriteStartArray("outputs");
                foreach (var name in request.Outputs)
                {
                    writer.WriteStartObject();
                    writer.WriteString("name", name);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <exception cref="JsonException">Not an inference answer.</exception>
    public static InferenceResult Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("model_name", out var name)
            || !root.TryGetProperty("outputs", out var outputs)
            || outputs.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException("No model_name and outputs.");
        }

        return new InferenceResult(
            name.GetString() ?? "",
            Text(root, "model_version"),
            Text(root, "id"),
            [.. outputs.EnumerateArray().Select(TensorJson.Read)],
            root.TryGetProperty("parameters", out var parameters) && parameters.ValueKind == JsonValueKind.Object
                ? parameters.EnumerateObject().ToDictionary(property => property.Name, property => property.Value)
                : []);
    }

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? value.ToString() : null;

    private static void WriteParameters(Utf8JsonWriter writer, InferenceRequest request)
    {
        if (request.Parameters.Count == 0 && request.EventTime is null && request.Replay is null)
        {
            return;
        }

        writer.WriteStartObject("parameters");
        if (request.EventTime is { } eventTime)
        {
            writer.WriteNumber("event_time", eventTime.ToUnixTimeMilliseconds());
        }

        if (request.Replay is { } replay)
        {
            writer.WriteString("replay", replay);
        }

        foreach (var (key, value) in request.Parameters)
        {
            writer.WritePropertyName(key);
            switch (value)
            {
                case string text:
                    writer.WriteStringValue(text);
                    break;
                case bool flag:
                    writer.WriteBooleanValue(flag);
                    break;
                case int or long:
                    writer.WriteNumberValue(Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
                    break;
                case double number:
                    writer.WriteNumberValue(number);
                    break;
                default:
                    throw new ArgumentException($"Parameter '{key}' is a {value.GetType().Name}: expected string, bool, int, long or double.");
            }
        }

        writer.WriteEndObject();
    }
}
