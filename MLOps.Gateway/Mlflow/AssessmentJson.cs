using System.Globalization;
using System.Text.Json;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Traces;

namespace MLOps.Gateway.Mlflow;

/// <summary>Assessments as MLflow's protocol writes and reads them.</summary>
internal static class AssessmentJson
{
    private const string IssueName = "issue_name";
    private static readonly AssessmentKind[] Kinds = Enum.GetValues<AssessmentKind>();
    private static readonly string[] Sources = ["SOURCE_TYPE_UNSPECIFIED", "HUMAN", "LLM_JUDGE", "CODE"];
    private static readonly string[] ErrorFields = ["error_code", "error_message", "stack_trace"];

    public static void Write(Utf8JsonWriter json, Assessment assessment)
    {
        json.WriteStartObject();
        json.WriteString("assessment_id", assessment.AssessmentId);
        json.WriteString("assessment_name", assessment.Name);
        json.WriteString("trace_id", assessment.TraceId);
        TraceJson.Optional(json, "span_id", assessment.SpanId);
        json.WriteStartObject("source");
        json.WriteString("source_type", assessment.SourceType);
        TraceJson.Optional(json, "source_id", assessment.SourceId);
        json.WriteEndObject();
        json.WriteString("create_time", ProtoTime.Timestamp(assessment.CreateTime));
        json.WriteString("last_update_time", ProtoTime.Timestamp(assessment.LastUpdateTime));
        json.WriteStartObject(assessment.Kind.Name());
        WriteValue(json, assessment);
        json.WriteEndObject();
        TraceJson.Optional(json, "rationale", assessment.Rationale);
        TraceJson.Map(json, "metadata", assessment.Metadata, int.MaxValue);
        TraceJson.Optional(json, "overrides", assessment.Overrides);
        json.WriteBoolean("valid", assessment.Valid);
        json.WriteEndObject();
    }

    public static Assessment Read(JsonElement item, string path, string traceId)
    {
        var name = MlflowRequest.Text(item, "assessment_name", path + ".assessment_name") is { Length: > 0 } given ? given : throw MlflowRequest.Missing(path + ".assessment_name");
        var value = Value(item, path) ?? throw OneKind();
        var source = MlflowRequest.Property(item, "source");
        return new Assessment(
            MlflowRequest.Text(item, "assessment_id", path + ".assessment_id") ?? string.Empty,
            traceId,
            name,
            value.Kind,
            value.Json,
            value.Error,
            ProtoTime.ParseTimestamp(MlflowRequest.Property(item, "create_time"), path + ".create_time") ?? 0,
            ProtoTime.ParseTimestamp(MlflowRequest.Property(item, "last_update_time"), path + ".last_update_time") ?? 0,
            Source(MlflowRequest.Property(source, "source_type"), path + ".source.source_type"),
            MlflowRequest.Text(source, "source_id", path + ".source.source_id") is { Length: > 0 } id ? id : null,
            MlflowRequest.Text(item, "span_id", path + ".span_id") is { Length: > 0 } span ? span : null,
            MlflowRequest.Text(item, "rationale", path + ".rationale"),
            MlflowRequest.Text(item, "overrides", path + ".overrides") is { Length: > 0 } overridden ? overridden : null,
            MlflowRequest.Property(item, "valid").ValueKind != JsonValueKind.False,
            Map(MlflowRequest.Property(item, "metadata"), path + ".metadata"));
    }

    /// <returns>Null: neither feedback nor an expectation nor an issue is given.</returns>
    public static AssessmentValue? Value(JsonElement item, string path)
    {
        AssessmentValue? value = null;
        foreach (var kind in Kinds)
        {
            if (MlflowRequest.Property(item, kind.Name()) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } given)
            {
                value = value is null ? Value(item, kind, given, $"{path}.{kind.Name()}") : throw OneKind();
            }
        }

        return value;
    }

    /// <summary>A map of texts.</summary>
    public static List<KeyValue> Map(JsonElement element, string path)
    {
        if (element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return [];
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            throw MlflowRequest.WrongType(path, element);
        }

        var pairs = new Dictionary<string, string>();
        foreach (var member in element.EnumerateObject())
        {
            var name = Name(member);
            pairs[name] = member.Value.ValueKind == JsonValueKind.String ? MlflowRequest.Unicode(member.Value) : throw MlflowRequest.WrongType($"{path}.{name}", member.Value);
        }

        return [.. pairs.Select(pair => new KeyValue(pair.Key, pair.Value))];
    }

    private static AssessmentValue Value(JsonElement item, AssessmentKind kind, JsonElement given, string path)
    {
        if (given.ValueKind != JsonValueKind.Object)
        {
            throw MlflowRequest.WrongType(path, given);
        }

        return kind switch
        {
            AssessmentKind.Issue => new AssessmentValue(kind, PythonJson.Dump(new KeyValuePair<string, object?>[] { new(IssueName, Named(given, path)) }), null),
            AssessmentKind.Expectation => new AssessmentValue(kind, Json(given, path), null),
            _ => new AssessmentValue(kind, Json(given, path), Error(MlflowRequest.Property(given, "error"), path + ".error") ?? Error(MlflowRequest.Property(item, "error"), path + ".error")),
        };
    }

    private static string Named(JsonElement issue, string path) =>
        MlflowRequest.Text(issue, IssueName, $"{path}.{IssueName}") is { Length: > 0 } name ? name : throw MlflowRequest.Missing($"{path}.{IssueName}");

    private static MLOpsException OneKind() => MlflowRequest.Invalid("Exactly one of `expectation`, `feedback` or `issue` should be specified.");

    /// <summary>Numbers of a plain value are floats, as protobuf's Value has no others.</summary>
    private static string Json(JsonElement given, string path)
    {
        var serialized = MlflowRequest.Property(given, "serialized_value");
        if (serialized.ValueKind == JsonValueKind.Object)
        {
            var text = MlflowRequest.Text(serialized, "value", path + ".serialized_value.value");
            return PythonJson.TryParse(text) is { } parsed ? PythonJson.Dump(parsed) : throw MlflowRequest.Invalid($"Invalid value for parameter '{path}.serialized_value.value' supplied: it is not JSON.");
        }

        var value = MlflowRequest.Property(given, "value");
        try
        {
            return PythonJson.Dump(Floats(value));
        }
        catch (InvalidOperationException)
        {
            throw MlflowRequest.Invalid("The request holds a text that is not valid Unicode.");
        }
    }

    private static object? Floats(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => MlflowRequest.Unicode(value),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => value.GetDouble() is var number && double.IsFinite(number) ? number : throw MlflowRequest.WrongType("value", value),
        JsonValueKind.Array => value.EnumerateArray().Select(Floats).ToList(),
        JsonValueKind.Object => value.EnumerateObject().Select(member => new KeyValuePair<string, object?>(member.Name, Floats(member.Value))).ToList(),
        _ => null,
    };

    private static string? Error(JsonElement error, string path) => error.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => null,
        JsonValueKind.Object => PythonJson.Dump(ErrorFields.Select(field => new KeyValuePair<string, object?>(field, MlflowRequest.Text(error, field, $"{path}.{field}")))),
        _ => throw MlflowRequest.WrongType(path, error),
    };

    private static string Source(JsonElement type, string path) => type.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => Sources[0],
        JsonValueKind.String when MlflowRequest.Unicode(type).ToUpperInvariant() is var name && (Sources.Contains(name) || name == "AI_JUDGE") => name == "AI_JUDGE" ? "LLM_JUDGE" : name,
        JsonValueKind.Number when type.TryGetInt32(out var number) && number >= 0 && number < Sources.Length => Sources[number],
        _ => throw MlflowRequest.WrongType(path, type),
    };

    private static string Name(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            throw MlflowRequest.Invalid("The request holds a text that is not valid Unicode.");
        }
    }

    private static void WriteValue(Utf8JsonWriter json, Assessment assessment)
    {
        if (PythonJson.TryParse(assessment.Value) is { ValueKind: not JsonValueKind.Undefined } value)
        {
            if (assessment.Kind == AssessmentKind.Issue)
            {
                json.WriteString(IssueName, value.ValueKind == JsonValueKind.Object && value.TryGetProperty(IssueName, out var name) && name.ValueKind == JsonValueKind.String ? PythonJson.Text(name) : string.Empty);
            }
            else if (assessment.Kind == AssessmentKind.Expectation && value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            {
                json.WriteStartObject("serialized_value");
                json.WriteString("serialization_format", "JSON_FORMAT");
                json.WriteString("value", assessment.Value);
                json.WriteEndObject();
            }
            else
            {
                json.WritePropertyName("value");
                value.WriteTo(json);
            }
        }

        if (PythonJson.TryParse(assessment.Error) is { ValueKind: JsonValueKind.Object } error)
        {
            json.WriteStartObject("error");
            foreach (var field in error.EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.String))
            {
                json.WriteString(field.Name, PythonJson.Text(field.Value));
            }

            json.WriteEndObject();
        }
    }

    /// <summary>A place in a list, as messages name it.</summary>
    public static string At(string list, int place) => string.Create(CultureInfo.InvariantCulture, $"{list}[{place}]");
}
