using System.Globalization;

namespace MLOps.Models.Catalog;

/// <summary>First and last training day, as every file and tag names them.</summary>
internal static class TrainingPeriod
{
    public static Dictionary<string, string> Tags(IReadOnlyList<DateOnly> dates) => new()
    {
        ["training_start"] = Text(dates[0]),
        ["training_end"] = Text(dates[^1]),
    };

    private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
