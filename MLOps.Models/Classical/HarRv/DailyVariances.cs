using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Classical.HarRv;

/// <summary>One variance a day, in percent squared: given, summed up from intraday prices, or estimated from the day's range.</summary>
/// <param name="Values">Positive.</param>
/// <param name="Days">Null: the rows have no times.</param>
/// <param name="FirstRows">The data's first row of each day.</param>
/// <param name="LastRows">Its last: only with it is the day's variance known.</param>
/// <param name="Pieces">Ranges of days that follow each other without a gap in the data.</param>
internal sealed record DailyVariances(double[] Values, IReadOnlyList<DateOnly>? Days, int[] FirstRows, int[] LastRows, IReadOnlyList<RowRange> Pieces)
{
    public const string Variance = "variance";
    public const string IntradayPrices = "intraday-prices";
    public const string Range = "range";

    private const string ColumnName = "column";
    private const string Kind = "values";

    private readonly int[] _before = RowRange.Before(Pieces);

    /// <summary>Hyper-parameters that say what the data are.</summary>
    public static IReadOnlyList<HyperParameter> Declared { get; } =
    [
        HyperParameterOf.Text(ColumnName, "rv", "Column that the variances or the prices are in; not used with values=range."),
        HyperParameterOf.Choice(Kind, [Variance, IntradayPrices, Range],
            "What the data are: one realised variance a day (percent squared); prices within days, whose squared percent returns are summed by day; or daily bars, whose high and low give Parkinson's estimate."),
    ];

    public static DataNeeds Needs { get; } = new(
        IsBars: false,
        HasTimes: false,
        [],
        1,
        "A table in order of time: one realised variance a day, or prices within days with their times, or daily bars (hyper-parameters column and values).");

    /// <summary>What the variances are, in words, for a model's metadata.</summary>
    public static string Convention(HyperParameterValues parameters) => parameters.Text(Kind) switch
    {
        Variance => $"{parameters.Text(ColumnName)}, percent squared a day",
        IntradayPrices => $"sum of (100*ln({parameters.Text(ColumnName)}[t]/{parameters.Text(ColumnName)}[t-1]))^2 by the day of the later price, percent squared; first day and days of 0 left out",
        _ => "(100*ln(high/low))^2/(4 ln 2), percent squared",
    };

    /// <summary>Whether a day's variance is made of many rows.</summary>
    /// <param name="parameters">Given hyper-parameters.</param>
    public static bool AreSummed(IReadOnlyDictionary<string, string> parameters) => parameters.TryGetValue(Kind, out var values) && values == IntradayPrices;

    /// <summary>Columns that the variances are made of.</summary>
    public static IReadOnlyList<string> Reads(HyperParameterValues parameters) => parameters.Text(Kind) == Range ? ["high", "low"] : [parameters.Text(ColumnName)];

    /// <summary>As the hyper-parameters of <see cref="Declared"/> say.</summary>
    /// <inheritdoc cref="Of(TrainingData, string, string)"/>
    public static DailyVariances Of(TrainingData rows, HyperParameterValues parameters) => Of(rows, parameters.Text(Kind), parameters.Text(ColumnName));

    /// <exception cref="ModelTrainingException">A column is missing or a row does not fit; the message names both.</exception>
    public static DailyVariances Of(TrainingData rows, string values, string column) => values switch
    {
        Variance => Given(rows, column),
        IntradayPrices => Realised(rows, column),
        _ => Parkinson(rows),
    };

    /// <summary>Place of the first day that has no row before the given one.</summary>
    public int IndexOf(int row)
    {
        var index = Array.FindIndex(FirstRows, first => first >= row);
        return index < 0 ? FirstRows.Length : index;
    }

    /// <summary>How many days lead up to a day, or to the one that would come after the last, without a gap.</summary>
    public int Before(int day) => _before[day];

    /// <summary>The days of a range that have so many before them without a gap.</summary>
    /// <param name="to">Exclusive.</param>
    public int[] Between(int from, int to, int before) => [.. Enumerable.Range(from, Math.Max(0, to - from)).Where(day => _before[day] >= before)];

    /// <summary>A day's date, or its row where the data has no times.</summary>
    public string Label(int index) => Days is { } dates
        ? TimeText.Of(dates[index])
        : string.Create(CultureInfo.InvariantCulture, $"row {FirstRows[index]}");

    private static DailyVariances Given(TrainingData rows, string column)
    {
        var numbers = Positive(rows, column, "variances must be positive; remove days without trading");
        int[] each = [.. Enumerable.Range(0, numbers.Length)];
        return new DailyVariances(numbers, rows.Times is { } times ? [.. times.Select(DateOnly.FromDateTime)] : null, each, each, rows.Pieces);
    }

    /// <summary>Sums of squared percent log returns by the day of the later price. The first day has no return from the day before and is left out, as are days on which no price moved.
    /// So it is behind a gap, and the day before one is left out too: the gap may have taken its evening.</summary>
    private static DailyVariances Realised(TrainingData rows, string column)
    {
        var prices = Positive(rows, column, "prices must be positive");
        var times = rows.Times ?? throw new ModelTrainingException("Intraday prices need their times: give a column 'time'.");
        var days = rows.Pieces.SelectMany((piece, number) => WholeDays(times, piece, isBeforeGap: number < rows.Pieces.Count - 1))
            .Select(day => (Day: day.Key, First: day.First(), Last: day.Last(), Sum: day.Sum(i => Math.Pow(100 * Math.Log(prices[i] / prices[i - 1]), 2))))
            .Where(day => day.Sum > 0)
            .ToArray();
        int[] firsts = [.. days.Select(day => day.First)];
        return new DailyVariances([.. days.Select(day => day.Sum)], [.. days.Select(day => day.Day)], firsts, [.. days.Select(day => day.Last)], rows.PiecesOf(firsts));
    }

    private static IEnumerable<IGrouping<DateOnly, int>> WholeDays(IReadOnlyList<DateTime> times, RowRange piece, bool isBeforeGap)
    {
        var days = Enumerable.Range(piece.From, piece.Count).GroupBy(i => DateOnly.FromDateTime(times[i])).Skip(1);
        return isBeforeGap ? days.SkipLast(1) : days;
    }

    /// <summary>(100·ln(high/low))²/(4 ln 2): Parkinson (1980). It leaves out what happens overnight.</summary>
    private static DailyVariances Parkinson(TrainingData rows)
    {
        var high = Positive(rows, "high", "prices must be positive");
        var low = Positive(rows, "low", "prices must be positive");
        int[] moved = [.. Enumerable.Range(0, high.Length).Where(i => high[i] != low[i])];
        return new DailyVariances(
            [.. moved.Select(i => Math.Pow(100 * Math.Log(high[i] / low[i]), 2) / (4 * Math.Log(2)))],
            rows.Times is { } times ? [.. moved.Select(i => DateOnly.FromDateTime(times[i]))] : null,
            moved,
            moved,
            rows.PiecesOf(moved));
    }

    private static double[] Positive(TrainingData rows, string column, string rule)
    {
        var numbers = TrainingRows.Finite(rows, column);
        var odd = Array.FindIndex(numbers, number => number <= 0);
        return odd < 0
            ? numbers
            : throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"Row {odd}, column '{column}' is {numbers[odd]}: {rule}."));
    }
}
