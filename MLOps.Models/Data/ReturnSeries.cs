using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Features;

namespace MLOps.Models.Data;

/// <summary>One series of percent returns out of daily bars or any other table, as the hyper-parameters <c>column</c> and <c>values</c> say.</summary>
/// <param name="Percent">In percent; made of prices as 100·ln(p(t)/p(t−1)).</param>
/// <param name="Times">UTC, one a return; null: the rows have none.</param>
/// <param name="FirstRow">Row that the first return belongs to: 1 where returns are made of prices, 0 where the column holds them.</param>
internal sealed record ReturnSeries(double[] Percent, IReadOnlyList<DateTime>? Times, int FirstRow)
{
    private const string Column = "column";
    private const string Values = "values";
    private const string Prices = "prices";

    /// <summary>The two hyper-parameters that every model of one series shares.</summary>
    public static IReadOnlyList<HyperParameter> Declared { get; } =
    [
        HyperParameterOf.Text(Column, "close", "Column that the series is in."),
        HyperParameterOf.Choice(Values, [Prices, "returns"], "What the column holds: prices, of which percent log returns are made, or percent returns, which are taken as they are."),
    ];

    public static DataNeeds Needs { get; } = new(
        IsBars: false,
        HasTimes: false,
        [],
        1,
        "Daily bars, or any table in order of time with a column of prices or of percent returns (hyper-parameters column and values).");

    public int Count => Percent.Length;

    /// <summary>The row of each return.</summary>
    public IEnumerable<int> Rows => Enumerable.Range(FirstRow, Count);

    /// <summary>The training rows' returns.</summary>
    /// <exception cref="ModelTrainingException">The column is missing, a price is not positive, a return is not finite, a time comes twice, or there are fewer than <paramref name="atLeast"/> returns.</exception>
    public static ReturnSeries Select(TrainingRequest request, HyperParameterValues parameters, int atLeast) =>
        Of(TrainingRows.SelectTable(request, atLeast + FirstRowOf(parameters)), parameters);

    /// <summary>The returns of all given rows.</summary>
    /// <exception cref="ModelTrainingException">As <see cref="Select"/>.</exception>
    public static ReturnSeries Of(TrainingData rows, HyperParameterValues parameters)
    {
        var column = parameters.Text(Column);
        var numbers = TrainingRows.Finite(rows, column);
        CheckTimes(rows.Times);
        var first = FirstRowOf(parameters);
        if (first == 0)
        {
            return new ReturnSeries(numbers, rows.Times, first);
        }

        var odd = Array.FindIndex(numbers, price => price <= 0);
        return odd < 0
            ? new ReturnSeries(LogReturns.Percent(numbers), rows.Times is { } times ? [.. times.Skip(1)] : null, first)
            : throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"Row {odd}, column '{column}' is {numbers[odd]}: prices must be positive numbers. Repair or remove the row, or set values=returns if the column holds percent returns."));
    }

    /// <summary>The column that the series is in.</summary>
    public static IReadOnlyList<string> Reads(HyperParameterValues parameters) => [parameters.Text(Column)];

    /// <summary>What a step graph is asked: each return is a step [1, 1] of one sequence.</summary>
    public ServedRows Steps(string input) =>
        new([ServedInput.Of(input, Percent, Count, 1)], [.. Enumerable.Range(FirstRow, Count)], FirstRow + 1, IsSequence: true);

    /// <summary>Place among the returns of the first that is to be scored.</summary>
    /// <exception cref="ModelTrainingException">There is none, or it has fewer than two returns before it.</exception>
    public int FirstScored(int from, int to)
    {
        var first = Math.Max(from, FirstRow) - FirstRow;
        return first >= 2 && first < Count
            ? first
            : throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: at least one of them must have two returns before it.");
    }

    /// <summary>What the returns are and which rows they come from, for tags and metadata.</summary>
    public Dictionary<string, string> Conventions(HyperParameterValues parameters) => new()
    {
        ["returns"] = FirstRow == 1 ? $"100*ln({parameters.Text(Column)}[t]/{parameters.Text(Column)}[t-1])" : $"{parameters.Text(Column)}[t], percent",
        ["training_start"] = Label(0),
        ["training_end"] = Label(Count - 1),
    };

    /// <summary>The day of a return, or its row where the rows have no times.</summary>
    public string Label(int index) => Times is { } times
        ? TimeText.Of(times[index])
        : string.Create(CultureInfo.InvariantCulture, $"row {index + FirstRow}");

    /// <summary>The served input's training values for the drift monitor, which asks for their days; null: the rows have none.</summary>
    public MonitoredFeatures? Monitored(string input) => Times is null
        ? null
        : new MonitoredFeatures([new MonitoredFeature("return_percent", input, 0)], [.. Times.Select(DateOnly.FromDateTime)], [.. Percent.Select(y => new[] { y })]);

    private static int FirstRowOf(HyperParameterValues parameters) => parameters.Text(Values) == Prices ? 1 : 0;

    private static void CheckTimes(IReadOnlyList<DateTime>? times)
    {
        for (var i = 1; i < (times?.Count ?? 0); i++)
        {
            if (times![i] <= times[i - 1])
            {
                throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"Row {i}: the time {times[i]:O} does not come after {times[i - 1]:O}; sort the rows by time and remove duplicates."));
            }
        }
    }
}
