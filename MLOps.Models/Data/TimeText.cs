using System.Globalization;

namespace MLOps.Models.Data;

/// <summary>The times of a dataset as text: ISO 8601 dates, or timestamps to the tenth of a microsecond with <c>T</c> or a space between; UTC where no offset is given.</summary>
public static class TimeText
{
    /// <summary>What a column is called that has the rows' times, in the order in which they are looked for.</summary>
    public static IReadOnlyList<string> ColumnNames { get; } = ["date", "time"];

    private const string Day = "yyyy-MM-dd";

    private const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    private static readonly string[] Formats =
    [
        Day,
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd HH:mmK",
    ];

    /// <summary>The day alone, whatever the time of it.</summary>
    public static string Of(DateTime time) => time.ToString(Day, CultureInfo.InvariantCulture);

    /// <summary>The day alone where the time is midnight, as of daily rows; else a timestamp.</summary>
    public static string Exactly(DateTime time) => time.TimeOfDay == TimeSpan.Zero ? Of(time) : time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Of(DateTime)"/>
    public static string Of(DateOnly date) => date.ToString(Day, CultureInfo.InvariantCulture);

    /// <param name="time">UTC; midnight where the text is a date.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTime time) => DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, Utc, out time);

    /// <summary>Where the column of times is among these names, or −1.</summary>
    public static int ColumnOf(IReadOnlyList<string> names) =>
        ColumnNames.SelectMany(time => Enumerable.Range(0, names.Count).Where(i => names[i] == time)).DefaultIfEmpty(-1).First();
}
