using System.Globalization;
using System.Text.RegularExpressions;

namespace MLOps.Tracking.Tests.Search.Grammar;

/// <summary>One comparison of a filter, and what it means.</summary>
/// <param name="Comparator">Upper case.</param>
/// <param name="Operand">A double, a text, texts; null for IS [NOT] NULL.</param>
internal sealed record Clause(Field Field, string Comparator, object? Operand)
{
    private static readonly string[] Expressions = ["^x", "y$", "x|é", "[xX]y?", "i.*i", "^$", "back\\\\s", "\\$[01]", "日"];
    private static readonly double[] Numbers = [-1, 0, 0.5, 2, 1500, 9007199254740993, double.MaxValue];

    /// <param name="row">Whose values it asks for, mostly.</param>
    public static Clause Random(IReadOnlyList<Field> fields, Row row, Dice dice)
    {
        var field = dice.Of(fields);
        var comparator = dice.Of(field.Comparators);
        var values = (field.IsOfParts ? row.Parts.SelectMany(part => part[field.Name]) : row[field.Name]).ToList();
        string Text() => field.Operands is { } operands ? dice.Of(operands) : values.Count > 0 && !dice.Once(4) ? (string)dice.Of(values) : dice.Of(Texts.OrEmpty);
        return new Clause(field, comparator, comparator switch
        {
            "IS NULL" or "IS NOT NULL" => null,
            "IN" or "NOT IN" => Enumerable.Range(0, 1 + dice.Next(3)).Select(_ => dice.Once(6) ? Text().ToUpperInvariant() : Text()).ToList(),
            "RLIKE" => dice.Of(Expressions),
            _ when field.IsNumber => values.Count > 0 && !dice.Once(3) ? Stored((double)dice.Of(values)) : dice.Of(Numbers),
            "LIKE" or "ILIKE" => field.Pattern(Text(), dice),
            _ => Text(),
        });
    }

    /// <summary>MLflow stores a NaN as 0 and an infinity as the greatest number.</summary>
    public static double Stored(double value) => double.IsNaN(value) ? 0 : Math.Clamp(value, -double.MaxValue, double.MaxValue);

    /// <summary>A field of several values matches when one of them does; without a value none does, <c>!=</c> and NOT IN included.</summary>
    public bool Holds(Row row, TextRules rules) => Field.Judge(row, this) ?? Comparator switch
    {
        "IS NULL" => row[Field.Name].Count == 0,
        "IS NOT NULL" => row[Field.Name].Count > 0,
        _ => row[Field.Name].Any(value => value is double number ? Holds(Stored(number), (double)Operand!) : Holds((string)value, rules)),
    };

    public string Spelled(Dice dice)
    {
        var comparator = dice.Of([Comparator, Comparator, Comparator.ToLowerInvariant()]);
        var space = char.IsAsciiLetter(Comparator[0]) ? dice.Of([" ", "  ", "\t", "\n"]) : dice.Of([" ", " ", string.Empty]);
        return Field.Spelled(dice) + space + Operand switch
        {
            null => comparator,
            double number => comparator + space + Texts.Number(number, dice),
            List<string> texts => comparator + space + Texts.List(texts, dice),
            var text => comparator + space + Texts.Quoted((string)text, dice),
        };
    }

    private bool Holds(double value, double operand) => Comparator switch
    {
        "=" => value == operand,
        "!=" => value != operand,
        "<" => value < operand,
        "<=" => value <= operand,
        ">" => value > operand,
        ">=" => value >= operand,
        _ => throw new InvalidOperationException(Comparator),
    };

    private bool Holds(string value, TextRules rules) => Comparator switch
    {
        "=" => value == (string)Operand!,
        "!=" => value != (string)Operand!,
        "LIKE" => rules.Like(value, (string)Operand!),
        "ILIKE" => rules.ILike(value, (string)Operand!),
        "RLIKE" => Regex.IsMatch(value, (string)Operand!, RegexOptions.CultureInvariant),
        "IN" => ((List<string>)Operand!).Contains(value),
        "NOT IN" => !((List<string>)Operand!).Contains(value),
        _ => throw new InvalidOperationException(Comparator),
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Field.Name} {Comparator} {(Operand is List<string> texts ? string.Join(" | ", texts) : Operand)}");
}
