namespace MLOps.Models.Data;

/// <summary>One named column: numbers, or texts.</summary>
/// <param name="Numbers">One a row; NaN where a value is missing. Null: the column has texts.</param>
/// <param name="Texts">One a row; empty where a value is missing. Null: the column has numbers.</param>
public sealed record DataColumn(string Name, double[]? Numbers, string[]? Texts)
{
    public static DataColumn Of(string name, double[] numbers) => new(name, numbers, null);

    public static DataColumn Of(string name, string[] texts) => new(name, null, texts);

    public int Count => Numbers?.Length ?? Texts?.Length ?? 0;

    internal DataColumn Rows(IReadOnlyList<RowRange> ranges) => new(
        Name,
        Numbers is { } numbers ? [.. ranges.SelectMany(range => numbers[range.From..range.To])] : null,
        Texts is { } texts ? [.. ranges.SelectMany(range => texts[range.From..range.To])] : null);

    internal DataColumn Rows(int from, int to) => new(Name, Numbers?[from..to], Texts?[from..to]);
}
