namespace MLOps.Client.Training;

/// <summary>A walk-forward evaluation beside the training: blocks of rows, each scored by a model that was trained on what came before it. Its figures are metrics of the run (<c>wf_…</c>) and a file of the model.</summary>
public sealed record EvaluationRequest
{
    /// <summary>Blocks; each is a training for each seed. Default: 5.</summary>
    public int? Folds { get; init; }

    /// <summary>Trainings of each fold, of a model that has a seed. Default: 1.</summary>
    public int? Seeds { get; init; }

    /// <summary><c>expanding</c> (default) or <c>rolling</c>.</summary>
    public string? Window { get; init; }

    /// <summary>Rows before each block that its training leaves out, for labels that reach ahead. Default: 0.</summary>
    public int? Gap { get; init; }

    /// <summary>Last day of the first fold's training. Default: half of the rows.</summary>
    public DateOnly? FirstTrainEnd { get; init; }
}
