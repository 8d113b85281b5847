namespace MLOps.Silo.Training.Retraining;

/// <summary>Where a training ends that is not to see rows it will be judged by.</summary>
internal static class TrainingEnd
{
    /// <summary>The last day that has no row from the given one on: a training ends with a day, and takes all rows of it.</summary>
    /// <param name="times">Of the rows, in order; null: they have none.</param>
    /// <param name="row">The first that is not to be seen.</param>
    /// <returns>Null: there is no such day.</returns>
    public static DateOnly? Before(IReadOnlyList<DateTime>? times, int row)
    {
        if (times is null || row <= 0)
        {
            return null;
        }

        var day = DateOnly.FromDateTime(times[row]);
        for (var i = row - 1; i >= 0; i--)
        {
            if (DateOnly.FromDateTime(times[i]) is var earlier && earlier < day)
            {
                return earlier;
            }
        }

        return null;
    }
}
