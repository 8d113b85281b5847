using System.Globalization;

namespace MLOps.Tracking.Search;

/// <summary>Which comparators go with which kind of value.</summary>
internal static class Comparators
{
    private static readonly string[] Numeric = ["!=", "<", "<=", "=", ">", ">="];
    private static readonly string[] Textual = ["!=", "=", "LIKE", "ILIKE"];

    public static void RequireText(string comparator, string entity)
    {
        if (!Textual.Contains(comparator))
        {
            throw FilterTokenizer.Invalid($"Invalid comparator for {entity}: {comparator}. Expected one of {string.Join(", ", Textual)}");
        }
    }

    /// <summary><c>column comparator number</c> for a column of floating-point numbers: a whole number beyond 2⁵³ means the one that such a column would hold.</summary>
    public static string Real(SqlText sql, string column, string comparator, FilterToken value, string what) =>
        $"{column} {comparator} {sql.Bind(Checked(comparator, value, what))}";

    /// <summary><c>column comparator number</c> for a column of whole numbers.</summary>
    public static string Number(SqlText sql, string column, string comparator, FilterToken value, string what)
    {
        var number = Checked(comparator, value, what);
        return $"{column} {comparator} {sql.Bind(long.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : number)}";
    }

    /// <summary>The value is checked before the comparator, as MLflow does.</summary>
    private static double Checked(string comparator, FilterToken value, string what)
    {
        if (value.Kind != FilterTokenKind.Number || !FilterNumber.TryParse(value.Text, out var number))
        {
            throw FilterTokenizer.Invalid($"Expected numeric value type for {what}. Found {value.Text}");
        }

        if (!Numeric.Contains(comparator))
        {
            throw FilterTokenizer.Invalid($"Invalid comparator '{comparator}' not one of '{{{string.Join(", ", Numeric.Select(c => $"'{c}'"))}}}'");
        }

        return number;
    }
}
