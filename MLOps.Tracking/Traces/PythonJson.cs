using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MLOps.Tracking.Traces;

/// <summary>JSON as Python prints it: MLflow keeps spans and assessments so, and searches in their text.</summary>
public static class PythonJson
{
    private const int MaxDepth = 128;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth };

    /// <param name="value">null, string, bool, long, double, byte[] (written as base64), <see cref="JsonElement"/>, lists of such, or lists of named such.</param>
    /// <param name="ascii">Whether other characters are escaped.</param>
    public static string Dump(object? value, bool ascii = true)
    {
        var text = new StringBuilder();
        Write(text, value, ascii);
        return text.ToString();
    }

    /// <returns>Null: not JSON.</returns>
    public static JsonElement? TryParse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text, Options);
            return document.RootElement.Clone();
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>A JSON string's text; half surrogate pairs become the replacement character.</summary>
    public static string Text(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return element.GetRawText().Trim('"');
        }
    }

    /// <summary>A float as Python prints it: <c>5.0</c>, <c>1e+16</c>.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
        }

        var text = value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        return text.Contains('.', StringComparison.Ordinal) || text.Contains('e', StringComparison.Ordinal) ? text : text + ".0";
    }

    private static void Write(StringBuilder text, object? value, bool ascii)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string word:
                Quote(text, word, ascii);
                break;
            case bool flag:
                text.Append(flag ? "true" : "false");
                break;
            case long whole:
                text.Append(whole);
                break;
            case double number:
                text.Append(Number(number));
                break;
            case byte[] bytes:
                Quote(text, Convert.ToBase64String(bytes), ascii);
                break;
            case JsonElement element:
                Write(text, element, ascii);
                break;
            case IEnumerable<KeyValuePair<string, object?>> members:
                WriteMembers(text, members, ascii);
                break;
            case IEnumerable<object?> items:
                var separator = "[";
                foreach (var item in items)
                {
                    Write(text.Append(separator), item, ascii);
                    separator = ", ";
                }

                text.Append(separator == "[" ? "[]" : "]");
                break;
            default:
                throw new ArgumentException($"{value.GetType()} is not written as JSON.", nameof(value));
        }
    }

    private static void WriteMembers(StringBuilder text, IEnumerable<KeyValuePair<string, object?>> members, bool ascii)
    {
        var separator = "{";
        foreach (var (name, member) in members)
        {
            Quote(text.Append(separator), name, ascii);
            Write(text.Append(": "), member, ascii);
            separator = ", ";
        }

        text.Append(separator == "{" ? "{}" : "}");
    }

    private static void Write(StringBuilder text, JsonElement element, bool ascii)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteMembers(text, element.EnumerateObject().Select(member => new KeyValuePair<string, object?>(member.Name, member.Value)), ascii);
                break;
            case JsonValueKind.Array:
                Write(text, element.EnumerateArray().Select(item => (object?)item), ascii);
                break;
            case JsonValueKind.String:
                Quote(text, Text(element), ascii);
                break;
            case JsonValueKind.Number:
                text.Append(element.GetRawText());
                break;
            case JsonValueKind.True:
                text.Append("true");
                break;
            case JsonValueKind.False:
                text.Append("false");
                break;
            default:
                text.Append("null");
                break;
        }
    }

    private static void Quote(StringBuilder text, string word, bool ascii)
    {
        text.Append('"');
        foreach (var c in word)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' => Escape(text, c),
                > '~' when ascii => Escape(text, c),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }

    private static StringBuilder Escape(StringBuilder text, char c) => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
}
