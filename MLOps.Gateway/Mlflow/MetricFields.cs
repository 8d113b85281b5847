using System.Text.Json;

namespace MLOps.Gateway.Mlflow;

/// <summary>The members of one metric object as they came; those that did not come are undefined.</summary>
internal struct MetricFields
{
    public JsonElement Key;
    public JsonElement Value;
    public JsonElement Timestamp;
    public JsonElement Step;
    public JsonElement ModelId;

    public static MetricFields Of(JsonElement item)
    {
        var fields = default(MetricFields);
        if (item.ValueKind != JsonValueKind.Object)
        {
            return fields;
        }

        foreach (var member in item.EnumerateObject())
        {
            if (member.NameEquals("key"u8))
            {
                fields.Key = member.Value;
            }
            else if (member.NameEquals("value"u8))
            {
                fields.Value = member.Value;
            }
            else if (member.NameEquals("timestamp"u8))
            {
                fields.Timestamp = member.Value;
            }
            else if (member.NameEquals("step"u8))
            {
                fields.Step = member.Value;
            }
            else if (member.NameEquals("model_id"u8) || member.NameEquals("modelId"u8))
            {
                fields.ModelId = member.Value;
            }
        }

        return fields;
    }
}
