using System.Globalization;

namespace MLOps.Tracking.Tests.Search.Grammar;

/// <summary>Texts that a filter can trip over, and the ways to write values.</summary>
internal static class Texts
{
    public static readonly string[] Any =
    [
        "x", "X", "xy", "it's", "say \"hi\"", "50%", "a_b", "axb", "a.b", @"back\slash", @"back\%", "é", "É", "Straße", "日本", "😀", "a, b", "a,b", "x AND y = 'z'", "(x)", "`tick`", " x ", "$0", "$1",
    ];

    /// <summary>As above, or of no letters.</summary>
    public static readonly string[] OrEmpty = [.. Any, string.Empty];

    /// <summary>Keys of metrics, parameters and tags.</summary>
    public static readonly string[] Keys = ["a", "b.c", "c d", "loss/val", "Maß-1:2"];

    /// <summary>Between single or double quotes, which stand for themselves when doubled.</summary>
    public static string Quoted(string text, Dice dice)
    {
        var quote = dice.Of(["'", "'", "\""]);
        return quote + text.Replace(quote, quote + quote, StringComparison.Ordinal) + quote;
    }

    public static string List(IEnumerable<string> texts, Dice dice) => $"({string.Join(dice.Of([",", ", ", " , "]), texts.Select(text => Quoted(text, dice)))})";

    public static string Number(double number, Dice dice)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture).Replace("E+", "E", StringComparison.Ordinal);
        return text.Contains('.', StringComparison.Ordinal) || text.Contains('E', StringComparison.Ordinal) ? text : dice.Of([text, text, text + ".0", text + "e0"]);
    }

    /// <summary>A pattern that the text, or something like it, may match.</summary>
    public static string Pattern(string text, Dice dice)
    {
        var runes = text.EnumerateRunes().Select(rune => rune.ToString()).ToList();
        var at = dice.Next(runes.Count + 1);
        var pattern = dice.Next(7) switch
        {
            0 => text,
            1 => string.Concat(runes.Take(at)) + "%",
            2 => "%" + string.Concat(runes.Skip(at)),
            3 => $"%{string.Concat(runes.Skip(at).Take(1))}%",
            4 => string.Concat(runes.Select((rune, i) => i == at ? "_" : rune)),
            5 => string.Concat(runes.Select((rune, i) => i == at ? "\\" + rune : rune)),
            _ => text.ToUpperInvariant() + "%",
        };

        // PostgreSQL refuses a pattern that ends in its escape.
        return (pattern.Length - pattern.TrimEnd('\\').Length) % 2 == 1 ? pattern + "%" : pattern;
    }
}
