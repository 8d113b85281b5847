using MLOps.Models.Data;

namespace MLOps.Models.Catalog;

/// <summary>First and last training day, as every file and tag names them.</summary>
internal static class TrainingPeriod
{
    public static Dictionary<string, string> Tags(IReadOnlyList<DateOnly> dates) => new()
    {
        ["training_start"] = TimeText.Of(dates[0]),
        ["training_end"] = TimeText.Of(dates[^1]),
    };
}
