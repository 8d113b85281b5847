using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace MLOps.Inference.Tabular;

/// <summary>JSON as Python writes and reads it by default: with bare <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>, which RFC 8259 does not have.</summary>
public static class PythonJson
{
    private static readonly SearchValues<byte> Special = SearchValues.Create("\"NI"u8);

    /// <summary>What stands for an infinity: no double is as large, and Python reads it as one, too.</summary>
    private static ReadOnlySpan<byte> Infinite => "1e999999"u8;

    /// <summary>Parses JSON, with NaN as null, which every reader of numbers here takes for NaN.</summary>
    /// <param name="json">UTF-8. Must outlive the document.</param>
    /// <param name="options">As for plain JSON.</param>
    /// <exception cref="JsonException">Not JSON by Python's rules either.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json, JsonDocumentOptions options)
    {
        try
        {
            return JsonDocument.Parse(json, options);
        }
        catch (JsonException) when (Plain(json.Span) is { } plain)
        {
            return JsonDocument.Parse(plain, options);
        }
    }

    /// <returns>The infinity that a number stands for; null: it is another number.</returns>
    internal static double? Infinity(JsonElement number)
    {
        var text = JsonMarshal.GetRawUtf8Value(number);
        return text.SequenceEqual(Infinite) ? double.PositiveInfinity
            : text is [(byte)'-', ..] && text[1..].SequenceEqual(Infinite) ? double.NegativeInfinity
            : null;
    }

    /// <returns>Null: there is nothing of Python's in it.</returns>
    private static ReadOnlyMemory<byte>? Plain(ReadOnlySpan<byte> json)
    {
        ArrayBufferWriter<byte>? plain = null;
        var copied = 0;
        for (var at = 0; json[at..].IndexOfAny(Special) is >= 0 and var next;)
        {
            at += next;
            if (json[at] == '"')
            {
                at = AfterString(json, at);
                continue;
            }

            var isNaN = json[at] == 'N';
            var word = isNaN ? "NaN"u8 : "Infinity"u8;
            if (json[at..].StartsWith(word) && IsValue(json, at, at + word.Length, mayBeNegative: !isNaN))
            {
                plain ??= new ArrayBufferWriter<byte>(json.Length + 16);
                plain.Write(json[copied..at]);
                plain.Write(isNaN ? "null"u8 : Infinite);
                copied = at + word.Length;
            }

            at = Math.Min(json.Length, at + word.Length);
        }

        plain?.Write(json[copied..]);
        return plain?.WrittenMemory;
    }

    private static int AfterString(ReadOnlySpan<byte> json, int start)
    {
        for (var at = start + 1; at < json.Length; at++)
        {
            if (json[at] == '\\')
            {
                at++;
            }
            else if (json[at] == '"')
            {
                return at + 1;
            }
        }

        return json.Length;
    }

    /// <summary>Whether what is between has nothing at its sides that would make it part of something else.</summary>
    private static bool IsValue(ReadOnlySpan<byte> json, int start, int end, bool mayBeNegative)
    {
        if (mayBeNegative && start > 0 && json[start - 1] == '-')
        {
            start--;
        }

        return (start == 0 || " \t\r\n[,:"u8.Contains(json[start - 1])) && (end == json.Length || " \t\r\n],}"u8.Contains(json[end]));
    }
}
