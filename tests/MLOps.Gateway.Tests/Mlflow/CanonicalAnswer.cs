using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>A body in the form in which the recording keeps them: as Python prints JSON with sorted keys, metrics, parameters and tags sorted,
/// what differs between two runs of the calls (ids, times, made-up names) replaced by a placeholder, at most 1,500 characters.</summary>
internal static partial class CanonicalAnswer
{
    private const int MaxJson = 1500;
    private const int MaxText = 300;

    /// <param name="body">As it came.</param>
    /// <param name="placeholders">Values of this run of the calls, and what the recording has for them.</param>
    public static string Of(string body, IReadOnlyDictionary<string, string> placeholders)
    {
        string text;
        try
        {
            using var json = JsonDocument.Parse(body);
            text = Dump(json.RootElement, null);
        }
        catch (JsonException)
        {
            text = body.Length <= MaxText ? body : body[..MaxText];
        }

        foreach (var (value, placeholder) in placeholders)
        {
            text = text.Replace(value, placeholder, StringComparison.Ordinal);
        }

        text = Milliseconds().Replace(text, "<ms>");
        text = Hex().Replace(text, "<hex32>");
        text = RandomName().Replace(text, "<rand-name>");
        text = PythonSet().Replace(text, set => "{" + string.Join(", ", set.Value[1..^1].Split(", ").Order(StringComparer.Ordinal)) + "}");
        return text.Length <= MaxJson ? text : text[..MaxJson];
    }

    /// <summary>All of it, with nothing replaced.</summary>
    public static string Whole(JsonElement answer) => Dump(answer, null);

    private static string Dump(JsonElement element, string? name) => element.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(", ", element.EnumerateObject()
            .OrderBy(member => member.Name, StringComparer.Ordinal)
            .Select(member => $"{Quoted(member.Name)}: {Dump(member.Value, member.Name)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(", ", Sorted(element.EnumerateArray().Select(item => Dump(item, null)), name)) + "]",
        JsonValueKind.String => Quoted(element.GetString()!),
        JsonValueKind.Number when name == "value" => Float(element.GetDouble()),
        JsonValueKind.Number => element.GetRawText(),
        _ => element.GetRawText(),
    };

    private static IEnumerable<string> Sorted(IEnumerable<string> items, string? name) =>
        name is "metrics" or "params" or "tags" or "request_metadata" ? items.Order(StringComparer.Ordinal) : items;

    /// <summary>A metric's value as Python prints a float.</summary>
    private static string Float(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        return text.Contains('.', StringComparison.Ordinal) || text.Contains('e', StringComparison.Ordinal) ? text : text + ".0";
    }

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' or > '~' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    [GeneratedRegex(@"\b1[6-9]\d{11}\b")]
    private static partial Regex Milliseconds();

    [GeneratedRegex(@"\b[0-9a-f]{32}\b")]
    private static partial Regex Hex();

    [GeneratedRegex(@"\b[a-z]+-[a-z]+-\d{1,3}\b")]
    private static partial Regex RandomName();

    [GeneratedRegex(@"\{('[^'{}]*'(, )?)+\}")]
    private static partial Regex PythonSet();
}
