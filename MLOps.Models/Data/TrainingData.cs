using MLOps.Models.Catalog;

namespace MLOps.Models.Data;

/// <summary>The rows of a dataset as columns of one length, in the order of the file: daily bars, a panel of prices, trades, claims, texts.</summary>
/// <remarks>Where rows were taken out in between, as cross-validation does, there are several <see cref="Pieces"/>: nothing that is made of neighbouring rows, a return, a window or a label, may reach from one into another.</remarks>
public sealed class TrainingData
{
    /// <param name="times">UTC, one a row; daily rows have midnight. Null: the rows have no time.</param>
    /// <exception cref="ArgumentException">The columns, or the times, differ in length, or two columns have one name.</exception>
    public TrainingData(IReadOnlyList<DateTime>? times, IReadOnlyList<DataColumn> columns)
    {
        Times = times;
        Columns = columns;
        Count = times?.Count ?? (columns.Count > 0 ? columns[0].Count : 0);
        if (columns.FirstOrDefault(column => column.Count != Count) is { } odd)
        {
            throw new ArgumentException($"Column '{odd.Name}' has {odd.Count} rows, but the data has {Count}.", nameof(columns));
        }

        if (columns.CountBy(column => column.Name).FirstOrDefault(entry => entry.Value > 1).Key is { } twice)
        {
            throw new ArgumentException($"Two columns have the name '{twice}'.", nameof(columns));
        }

        Pieces = [new RowRange(0, Count)];
    }

    public IReadOnlyList<DateTime>? Times { get; }

    /// <summary>Every column but that of the times.</summary>
    public IReadOnlyList<DataColumn> Columns { get; }

    public int Count { get; }

    /// <summary>Ranges of rows that follow each other without a gap, in order, all rows together: one, unless rows were taken out. Between two pieces time may also go back.</summary>
    public IReadOnlyList<RowRange> Pieces { get; private init; }

    /// <summary>Whether rows are missing before this one.</summary>
    public bool IsAfterGap(int row)
    {
        // Pieces follow each other: by halves.
        var (low, high) = (1, Pieces.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (Pieces[middle].From == row)
            {
                return true;
            }

            (low, high) = Pieces[middle].From < row ? (middle + 1, high) : (low, middle - 1);
        }

        return false;
    }

    /// <summary>Bars as a table of the columns open, high, low, close and volume.</summary>
    public static implicit operator TrainingData(OhlcvSeries bars) => FromBars(bars);

    /// <inheritdoc cref="op_Implicit"/>
    public static TrainingData FromBars(OhlcvSeries bars) => new(
        [.. bars.Dates.Select(date => date.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc))],
        [
            DataColumn.Of("open", bars.Open),
            DataColumn.Of("high", bars.High),
            DataColumn.Of("low", bars.Low),
            DataColumn.Of("close", bars.Close),
            DataColumn.Of("volume", bars.Volume),
        ]);

    /// <summary>The numbers of a column.</summary>
    /// <exception cref="ModelTrainingException">There is no such column, or it has texts; the message has the names of those that there are.</exception>
    public double[] Numbers(string name) =>
        Find(name, column => column.Numbers is not null, "numbers").Numbers!;

    /// <summary>The texts of a column.</summary>
    /// <exception cref="ModelTrainingException">There is no such column, or it has numbers; the message has the names of those that there are.</exception>
    public string[] Texts(string name) =>
        Find(name, column => column.Texts is not null, "texts").Texts!;

    /// <summary>The rows <paramref name="from"/> (inclusive) to <paramref name="to"/> (exclusive).</summary>
    public TrainingData Rows(int from, int to) => new(
        Times is null ? null : [.. Times.Skip(from).Take(to - from)],
        [.. Columns.Select(column => column.Rows(from, to))])
    {
        Pieces = Pieces.Count == 1
            ? [new RowRange(0, to - from)]
            : [.. Pieces.Select(piece => new RowRange(Math.Max(piece.From, from) - from, Math.Min(piece.To, to) - from)).Where(piece => piece.Count > 0)],
    };

    /// <summary>The rows of these ranges one after the other, in the order given, each range a piece.</summary>
    public TrainingData Rows(IReadOnlyList<RowRange> ranges)
    {
        if (ranges.Count == 1)
        {
            return Rows(ranges[0].From, ranges[0].To);
        }

        var from = 0;
        return new TrainingData(
            Times is { } times ? [.. ranges.SelectMany(range => times.Skip(range.From).Take(range.Count))] : null,
            [.. Columns.Select(column => column.Rows(ranges))])
        {
            Pieces = [.. ranges.Select(range => new RowRange(from, from += range.Count))],
        };
    }

    /// <summary>Each piece by itself.</summary>
    public IEnumerable<TrainingData> Parts() => Pieces.Count == 1 ? [this] : Pieces.Select(piece => Rows(piece.From, piece.To));

    /// <summary>The pieces as those of some of the rows.</summary>
    /// <param name="kept">Ascending.</param>
    internal IReadOnlyList<RowRange> PiecesOf(IReadOnlyList<int> kept)
    {
        var begin = 0;
        return Pieces.Count == 1
            ? [new RowRange(0, kept.Count)]
            : [.. Pieces.Select(piece => new RowRange(begin, begin += kept.Count(row => row >= piece.From && row < piece.To))).Where(piece => piece.Count > 0)];
    }

    /// <summary>These rows, in as many pieces.</summary>
    /// <param name="pieces">All rows together.</param>
    internal TrainingData In(IReadOnlyList<RowRange> pieces) => new(Times, Columns) { Pieces = pieces };

    /// <summary>The rows up to a day, inclusive.</summary>
    /// <exception cref="ModelTrainingException">The rows have no times.</exception>
    public TrainingData Until(DateOnly day) => Rows(
        0,
        (Times ?? throw new ModelTrainingException("The rows have no times, so none is up to a day: give a column 'date' or 'time'.")).TakeWhile(time => DateOnly.FromDateTime(time) <= day).Count());

    /// <summary>The rows as daily bars.</summary>
    /// <exception cref="ModelTrainingException">A column of open, high, low, close and volume is missing, or the rows have no dates.</exception>
    public OhlcvSeries Bars() => new(
        [.. (Times ?? throw new ModelTrainingException("Bars need dates, and these rows have none: give a column 'date'.")).Select(DateOnly.FromDateTime)],
        Numbers("open"),
        Numbers("high"),
        Numbers("low"),
        Numbers("close"),
        Numbers("volume"));

    private DataColumn Find(string name, Func<DataColumn, bool> fits, string kind) =>
        Columns.FirstOrDefault(column => column.Name == name && fits(column))
        ?? throw new ModelTrainingException($"The data has no column '{name}' of {kind}; it has {string.Join(", ", Columns.Where(fits).Select(column => column.Name).DefaultIfEmpty($"no column of {kind} at all"))}.");
}
