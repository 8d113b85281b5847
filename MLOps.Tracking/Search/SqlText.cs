using System.Globalization;
using System.Text;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Search;

/// <summary>A statement with its bound arguments.</summary>
internal sealed record SqlStatement(string Text, object?[] Arguments);

/// <summary>Builds a statement; every value becomes an argument.</summary>
internal sealed class SqlText
{
    private const int MaxPattern = 10_000;
    private readonly StringBuilder _text = new();
    private readonly List<object?> _arguments = [];

    public SqlText Append(string constant)
    {
        _text.Append(constant);
        return this;
    }

    /// <summary>Binds a value and returns its placeholder.</summary>
    public string Bind(object? value)
    {
        _arguments.Add(value);
        return "$" + (_arguments.Count - 1).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary><c>column comparator value</c> for a text column.</summary>
    public string TextCondition(string column, string comparator, string value) => comparator switch
    {
        "LIKE" => $"{column} LIKE {Bind(Pattern(value))}",
        "ILIKE" => $"LOWER({column}) LIKE LOWER({Bind(Pattern(value))})",
        _ => $"{column} {comparator} {Bind(value)}",
    };

    /// <summary><c>column [NOT] IN (…)</c>; of no values too, which PostgreSQL has no words for.</summary>
    public string InCondition(string column, bool negated, IEnumerable<string> values) => string.Join(", ", values.Select(Bind)) is { Length: > 0 } list
        ? $"{column} {(negated ? "NOT IN" : "IN")} ({list})"
        : negated ? $"{column} IS NOT NULL" : "1 = 0";

    /// <summary><c>column IN (…)</c> as one argument, however many numbers.</summary>
    public string InNumbers(SqlDialect dialect, string column, IReadOnlyList<long> values) => dialect.IsIn(column, Bind(dialect.Set(values)));

    private static string Pattern(string value) => value.Length <= MaxPattern
        ? value
        : throw FilterTokenizer.Invalid(string.Create(CultureInfo.InvariantCulture, $"The pattern has {value.Length} characters: LIKE and ILIKE take at most {MaxPattern}."));

    public SqlStatement Build() => new(_text.ToString(), [.. _arguments]);
}
