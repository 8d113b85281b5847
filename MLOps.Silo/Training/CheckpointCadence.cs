namespace MLOps.Silo.Training;

/// <summary>When a checkpoint of a job is due.</summary>
/// <param name="Interval">After so long.</param>
/// <param name="Steps">Or after so many steps, whichever comes first; null: by time alone.</param>
internal sealed record CheckpointCadence(TimeSpan Interval, long? Steps)
{
    /// <summary>Between two trainings of an evaluation all that is to be kept is there: no fold that took longer than this is trained again.</summary>
    private static readonly TimeSpan BetweenFolds = TimeSpan.FromSeconds(1);

    public bool IsDue(TimeSpan elapsed, long steps) => elapsed >= Interval || steps >= Steps;

    public bool IsDueBetweenFolds(TimeSpan elapsed) => elapsed >= (BetweenFolds < Interval ? BetweenFolds : Interval);
}
