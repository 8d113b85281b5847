using System.Text.Json;
using System.Text.RegularExpressions;

namespace MLOps.Tracking.Traces;

/// <summary>Where OpenTelemetry's conventions for language models (OpenInference, GenAI, Traceloop, Google ADK, Vercel) put what MLflow shows.</summary>
internal static partial class SemanticConventions
{
    /// <summary>Attributes of input, output and total tokens, and of the input what was read from the provider's cache and written to it.</summary>
    public static readonly (string Input, string Output, string? Total, string? CacheRead, string? CacheCreation)[] Tokens =
    [
        ("llm.token_count.prompt", "llm.token_count.completion", "llm.token_count.total", null, null),
        ("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", null, "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_creation.input_tokens"),
        ("gen_ai.usage.prompt_tokens", "gen_ai.usage.completion_tokens", "llm.usage.total_tokens", null, null),
    ];

    private const string VercelKind = "ai.operationId";

    private static readonly (string Key, Dictionary<string, string> Types)[] Kinds =
    [
        ("openinference.span.kind", Same("TOOL", "CHAIN", "LLM", "RETRIEVER", "EMBEDDING", "AGENT", "RERANKER", "UNKNOWN", "GUARDRAIL", "EVALUATOR")),
        ("gen_ai.operation.name", new Dictionary<string, string>
        {
            ["chat"] = "CHAT_MODEL",
            ["create_agent"] = "AGENT",
            ["embeddings"] = "EMBEDDING",
            ["execute_tool"] = "TOOL",
            ["generate_content"] = "LLM",
            ["invoke_agent"] = "AGENT",
            ["text_completion"] = "LLM",
            ["response"] = "LLM",
        }),
        ("traceloop.span.kind", new Dictionary<string, string>
        {
            ["workflow"] = "WORKFLOW",
            ["task"] = "TASK",
            ["agent"] = "AGENT",
            ["tool"] = "TOOL",
            ["unknown"] = "UNKNOWN",
        }),
        (VercelKind, new Dictionary<string, string>
        {
            ["ai.generateText"] = "LLM",
            ["ai.generateText.doGenerate"] = "LLM",
            ["ai.toolCall"] = "TOOL",
            ["ai.streamText"] = "LLM",
            ["ai.streamText.doStream"] = "LLM",
            ["ai.generateObject"] = "LLM",
            ["ai.generateObject.doGenerate"] = "LLM",
            ["ai.streamObject"] = "LLM",
            ["ai.streamObject.doStream"] = "LLM",
            ["ai.embed"] = "EMBEDDING",
            ["ai.embed.doEmbed"] = "EMBEDDING",
            ["ai.embedMany"] = "EMBEDDING",
        }),
    ];

    private static readonly string[] InputKeys =
    [
        "input.value", "gen_ai.input.messages", "gen_ai.tool.call.arguments", "traceloop.entity.input",
        "gcp.vertex.agent.llm_request", "gcp.vertex.agent.tool_call_args", "ai.prompt", "ai.toolCall.args", "ai.value", "ai.values",
    ];

    private static readonly string[] OutputKeys =
    [
        "output.value", "gen_ai.output.messages", "gen_ai.tool.call.result", "traceloop.entity.output",
        "gcp.vertex.agent.llm_response", "gcp.vertex.agent.tool_response", "ai.response.text", "ai.toolCall.result", "ai.response.object", "ai.embedding", "ai.embeddings",
    ];

    /// <returns>JSON text, or null.</returns>
    public static string? Inputs(IReadOnlyDictionary<string, string> values) =>
        First(values, InputKeys) ?? Numbered(values, PromptContent()) ?? Numbered(values, CallArguments());

    /// <inheritdoc cref="Inputs"/>
    public static string? Outputs(IReadOnlyDictionary<string, string> values) => First(values, OutputKeys) ?? Numbered(values, CompletionContent());

    /// <returns>MLflow's type of span as JSON text, or null.</returns>
    public static string? Type(SpanAttributes attributes)
    {
        foreach (var (key, types) in Kinds)
        {
            if (attributes.Text(key) is { } kind && types.TryGetValue(kind, out var type))
            {
                return PythonJson.Dump(type);
            }
        }

        return null;
    }

    private static Dictionary<string, string> Same(params string[] names) => names.ToDictionary(name => name);

    private static string? First(IReadOnlyDictionary<string, string> values, string[] keys) =>
        keys.Select(key => values.GetValueOrDefault(key)).FirstOrDefault(IsSomething);

    private static string? Numbered(IReadOnlyDictionary<string, string> values, Regex pattern) =>
        values.Where(pair => pattern.IsMatch(pair.Key)).Select(pair => pair.Value).FirstOrDefault(IsSomething);

    private static bool IsSomething(string? json) => PythonJson.TryParse(json) is { } value && value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.String => PythonJson.Text(value).Length > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => true,
    };

    [GeneratedRegex(@"^gen_ai\.prompt\.\d+\.content", RegexOptions.NonBacktracking)]
    private static partial Regex PromptContent();

    [GeneratedRegex(@"^gen_ai\.completion\.\d+\.tool_calls\.\d+\.arguments", RegexOptions.NonBacktracking)]
    private static partial Regex CallArguments();

    [GeneratedRegex(@"^gen_ai\.completion\.\d+\.content", RegexOptions.NonBacktracking)]
    private static partial Regex CompletionContent();
}
