namespace MLOps.Models.Data;

/// <summary>What a model asks of a dataset, so that a form can offer those that fit and a job that does not is refused before it begins.</summary>
/// <param name="IsBars">Whether only daily bars will do (kind <c>ohlcv</c>); otherwise any table with these columns, bars among them.</param>
/// <param name="HasTimes">Whether the rows need a time (column <c>date</c> or <c>time</c>), strictly or weakly increasing.</param>
/// <param name="Columns">Columns that must be there.</param>
/// <param name="MinimumNumbers">How many columns of numbers there must be at least, where the model takes all of them (assets of a panel); 0: it does not.</param>
/// <param name="Description">In words, for people.</param>
public sealed record DataNeeds(bool IsBars, bool HasTimes, IReadOnlyList<NeededColumn> Columns, int MinimumNumbers, string Description)
{
    /// <summary>Daily bars: date, open, high, low, close, volume.</summary>
    public static DataNeeds Bars { get; } = new(
        true,
        true,
        [.. new[] { "open", "high", "low", "close", "volume" }.Select(name => new NeededColumn(name, true))],
        0,
        "Daily bars: date, open, high, low, close, volume.");

    /// <summary>A table with a time and one column of numbers for each asset.</summary>
    /// <param name="what">What the numbers are, for example <c>daily closes</c>.</param>
    public static DataNeeds Assets(int atLeast, string what) =>
        new(false, true, [], atLeast, $"A column 'date' and at least {atLeast} columns of {what}, one for each asset.");

    /// <summary>A table with these columns of numbers, in order of time.</summary>
    public static DataNeeds Table(string description, params IReadOnlyList<string> columns) =>
        new(false, true, [.. columns.Select(name => new NeededColumn(name, true))], 0, description);
}
