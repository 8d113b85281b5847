using System.Globalization;

namespace MLOps.Inference.Tabular;

/// <summary>The cells of one column of a chunk, by the type that its <see cref="ColumnType"/> stands for.</summary>
/// <param name="name">The column's name.</param>
/// <param name="values">One for each row; what stands where a cell is missing does not matter.</param>
/// <param name="missing">Which cells are missing; null: none.</param>
public class TableColumn<T>(string name, T[] values, bool[]? missing = null) : TableColumn(name, TypeOf(), missing)
    where T : notnull
{
    public override int Count => values.Length;

    public T this[int row] => values[row];

    public ReadOnlyMemory<T> Values => values;

    public override string Text(int row) => IsMissing(row) ? string.Empty : Convert.ToString(values[row], CultureInfo.InvariantCulture) ?? string.Empty;

    public override Cell Cell(int row) => IsMissing(row) ? default : values switch
    {
        string[] texts => Tabular.Cell.Of(texts[row]),
        bool[] truths => Tabular.Cell.Of(truths[row]),
        long[] integers => Tabular.Cell.Of(integers[row]),
        ulong[] unsigned => Tabular.Cell.Of(unsigned[row]),
        float[] singles => Tabular.Cell.Of((double)singles[row]),
        double[] numbers => Tabular.Cell.Of(numbers[row]),
        DateTime[] times => Tabular.Cell.Of(times[row]),
        _ => throw new NotSupportedException($"No cell stands for {typeof(T)}."),
    };

    internal override TableColumn Join(IReadOnlyList<TablePiece> pieces)
    {
        var count = pieces.Sum(piece => piece.Count);
        var joined = new T[count];
        var gaps = pieces.Any(piece => piece.Column.HasMissing) ? new bool[count] : null;
        var at = 0;
        foreach (var piece in pieces)
        {
            var source = (TableColumn<T>)piece.Column;
            source.Values.Slice(piece.Start, piece.Count).CopyTo(joined.AsMemory(at));
            for (var i = 0; gaps is not null && i < piece.Count; i++)
            {
                gaps[at + i] = source.IsMissing(piece.Start + i);
            }

            at += piece.Count;
        }

        return new TableColumn<T>(Name, joined, gaps);
    }

    private static ColumnType TypeOf() =>
        typeof(T) == typeof(string) ? ColumnType.Text
        : typeof(T) == typeof(bool) ? ColumnType.Boolean
        : typeof(T) == typeof(long) ? ColumnType.Integer
        : typeof(T) == typeof(ulong) ? ColumnType.Unsigned
        : typeof(T) == typeof(float) ? ColumnType.Single
        : typeof(T) == typeof(double) ? ColumnType.Double
        : typeof(T) == typeof(DateTime) ? ColumnType.Timestamp
        : throw new NotSupportedException($"No column type stands for {typeof(T)}.");
}
