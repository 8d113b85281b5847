namespace MLOps.Silo.Training;

/// <summary>What a trainer is to do with its job.</summary>
internal enum TrainingOrder
{
    GoOn = 0,

    /// <summary>Let go at the next checkpoint, which is written whenever it comes.</summary>
    Pause,

    /// <summary>Come to the end now with the best that there is so far; when there is none, let go.</summary>
    Finish,

    /// <summary>Let go: the job is another's, or keeps nothing.</summary>
    LetGo,
}
