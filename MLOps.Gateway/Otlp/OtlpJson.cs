using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using MLOps.Gateway.Otlp.Messages;

namespace MLOps.Gateway.Otlp;

/// <summary>OTLP's JSON: protobuf's own, but for the ids, which are hexadecimal instead of base64.</summary>
internal static class OtlpJson
{
    private static readonly string[] Ids = ["traceId", "spanId", "parentSpanId"];

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <exception cref="FormatException">Not such JSON.</exception>
    public static ExportTraceServiceRequest Read(Stream body)
    {
        try
        {
            var root = JsonNode.Parse(body) as JsonObject ?? throw new FormatException("The body is no JSON object.");
            foreach (var span in Members(root, "resourceSpans").SelectMany(resource => Members(resource, "scopeSpans")).SelectMany(scope => Members(scope, "spans")))
            {
                foreach (var id in Ids)
                {
                    if (span[id] is JsonValue value && value.TryGetValue(out string? hex))
                    {
                        span[id] = Convert.ToBase64String(Convert.FromHexString(hex));
                    }
                }
            }

            return Parser.Parse<ExportTraceServiceRequest>(root.ToJsonString());
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidProtocolBufferException)
        {
            // ArgumentException: a name twice in an object.
            throw new FormatException(exception.Message, exception);
        }
    }

    /// <summary>What is not of the expected shape is left to the parser to refuse.</summary>
    private static IEnumerable<JsonObject> Members(JsonObject parent, string name) => parent[name] is JsonArray items ? items.OfType<JsonObject>() : [];
}
