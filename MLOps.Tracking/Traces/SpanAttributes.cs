using System.Globalization;
using System.Text.Json;

namespace MLOps.Tracking.Traces;

/// <summary>A span's attributes as MLflow keeps them: each value is JSON text, and what other conventions call by other names is there under MLflow's too.</summary>
internal sealed class SpanAttributes
{
    private readonly Dictionary<string, string> _values = [];

    /// <summary>Name to JSON text, in the order in which they came.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    public static SpanAttributes Of(OtelSpan span, string traceId)
    {
        var attributes = new SpanAttributes();
        attributes._values[TraceKeys.SpanTraceId] = PythonJson.Dump(traceId, ascii: false);
        foreach (var (key, value) in span.Attributes)
        {
            if (key != TraceKeys.SpanTraceId)
            {
                attributes._values[key] = Once(value);
            }
        }

        attributes.Translate();
        return attributes;
    }

    /// <summary>The JSON text, or null.</summary>
    public string? Raw(string key) => _values.GetValueOrDefault(key);

    /// <summary>The value, when it is a text.</summary>
    public string? Text(string key) => PythonJson.TryParse(Raw(key)) is { ValueKind: JsonValueKind.String } json ? PythonJson.Text(json) : null;

    /// <summary>MLflow's own clients send texts that are JSON already: those are not written as JSON a second time.</summary>
    private static string Once(object? value) =>
        value is string text && PythonJson.TryParse(text) is { ValueKind: JsonValueKind.String or JsonValueKind.Object } ? text : PythonJson.Dump(value, ascii: false);

    private void Translate()
    {
        Add(TraceKeys.SpanInputs, SemanticConventions.Inputs(_values));
        Add(TraceKeys.SpanOutputs, SemanticConventions.Outputs(_values));
        Add(TraceKeys.SpanType, SemanticConventions.Type(this));
        Add(TraceKeys.Model, First("gen_ai.request.model", "gen_ai.response.model", "llm.model_name", "ai.model.id"));
        Add(TraceKeys.Provider, First("gen_ai.provider.name", "gen_ai.system", "llm.provider", "ai.model.provider"));
        Add(TraceKeys.SpanUsage, Usage());
    }

    private void Add(string key, string? json)
    {
        if (json is not null)
        {
            _values.TryAdd(key, json);
        }
    }

    private string? First(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (Text(key) is { Length: > 0 })
            {
                return Raw(key);
            }
        }

        return null;
    }

    private string? Usage()
    {
        foreach (var (inputKey, outputKey, totalKey, readKey, creationKey) in SemanticConventions.Tokens)
        {
            if (Count(inputKey) is > 0 and var input && Count(outputKey) is > 0 and var output)
            {
                var total = Count(totalKey) is > 0 and var given ? given : input + output;
                return PythonJson.Dump(new TokenUsage(input, output, total, Count(readKey), Count(creationKey)).Members, ascii: false);
            }
        }

        return null;
    }

    private long? Count(string? key) => key is not null && Raw(key) is { } text && long.TryParse(text.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
}
