namespace MLOps.Tracking.Tests.Search.Grammar;

/// <summary>One entry of an order, as it is written and as it is meant.</summary>
/// <param name="Field">The name of a field.</param>
/// <param name="Spelled">As a client writes it, without the direction.</param>
/// <param name="Direction">As a client writes it; empty: ascending.</param>
internal sealed record Ordering(string Field, string Spelled, string Direction)
{
    public Ordering(string field, bool ascending)
        : this(field, field, ascending ? "ASC" : "DESC")
    {
    }

    public bool IsAscending => !Direction.Equals("DESC", StringComparison.OrdinalIgnoreCase);

    public string Text => Direction.Length == 0 ? Spelled : $"{Spelled} {Direction}";

    /// <summary>NaN comes after the numbers and a missing value after NaN, in both directions.</summary>
    public int Compare(Row a, Row b)
    {
        var (left, right) = (Value(a), Value(b));
        var place = Place(left).CompareTo(Place(right));
        if (place != 0)
        {
            return place;
        }

        var order = (left, right) switch
        {
            (double x, double y) => Clause.Stored(x).CompareTo(Clause.Stored(y)),
            (string x, string y) => string.CompareOrdinal(x, y),
            _ => 0,
        };
        return IsAscending ? order : -order;
    }

    private static int Place(object? value) => value switch
    {
        null => 2,
        double.NaN => 1,
        _ => 0,
    };

    private object? Value(Row row) => row[Field] is [var value, ..] ? value : null;
}
