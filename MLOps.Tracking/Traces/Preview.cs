using System.Text.Json;
using MLOps.Contracts.Text;

namespace MLOps.Tracking.Traces;

/// <summary>The few words that stand for a trace's request or response in a list.</summary>
internal static class Preview
{
    public const int MaxLength = 1000;
    private const int MaxWrapped = 16;

    /// <param name="json">Inputs or outputs; null: none.</param>
    /// <param name="role">Whose message is shown when they are a conversation.</param>
    public static string? Of(string? json, string role)
    {
        if (json is null)
        {
            return null;
        }

        var text = PythonJson.TryParse(json) is { ValueKind: JsonValueKind.Object } value && Messages(value, 0) is { Count: > 0 } messages
            ? Content(messages.FindLast(message => message.GetProperty("role") is { ValueKind: JsonValueKind.String } given && given.ValueEquals(role)) is { ValueKind: JsonValueKind.Object } own ? own : messages[^1])
            : null;
        return Cut(string.IsNullOrEmpty(text) ? json : text);
    }

    /// <summary>At most 1,000 characters, the last three dots when there were more.</summary>
    public static string Cut(string text) => text.Length <= MaxLength || CodePoints.Count(text) <= MaxLength ? text : CodePoints.Cut(text, MaxLength - 3) + "...";

    private static List<JsonElement>? Messages(JsonElement value, int depth)
    {
        foreach (var name in (ReadOnlySpan<string>)["messages", "choices", "input", "output"])
        {
            if (value.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0)
            {
                if (name != "choices")
                {
                    return [.. list.EnumerateArray().Where(IsMessage)];
                }

                if (list[0].ValueKind == JsonValueKind.Object && list[0].TryGetProperty("message", out var message) && IsMessage(message))
                {
                    return [message];
                }
            }
        }

        return depth < MaxWrapped && value.TryGetProperty("request", out var request) && request.ValueKind == JsonValueKind.Object ? Messages(request, depth + 1) : null;
    }

    private static bool IsMessage(JsonElement item) => item.ValueKind == JsonValueKind.Object && item.TryGetProperty("role", out _) && item.TryGetProperty("content", out _);

    private static string? Content(JsonElement message)
    {
        var content = message.GetProperty("content");
        if (content.ValueKind == JsonValueKind.String)
        {
            return PythonJson.Text(content);
        }

        if (content.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in content.EnumerateArray())
            {
                if (part.ValueKind == JsonValueKind.String)
                {
                    return PythonJson.Text(part);
                }

                if (part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
                    && (type.ValueEquals("text") || type.ValueEquals("output_text")) && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String)
                {
                    return PythonJson.Text(text);
                }
            }
        }

        return null;
    }
}
