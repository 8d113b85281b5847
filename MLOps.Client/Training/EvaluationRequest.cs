namespace MLOps.Client.Training;

/// <summary>An evaluation beside the training: models trained anew on some of the rows are scored on others. Its figures are metrics of the run (<c>wf_…</c> of a walk-forward one, <c>cv_…</c> of a cross-validation) and a file of the model.</summary>
public sealed record EvaluationRequest
{
    /// <summary>One of <see cref="EvaluationMethods"/>. Default: expanding.</summary>
    public string? Method { get; init; }

    /// <summary>Blocks; each is a training for each seed. Of a combinatorial one the groups. Default: 5; of a combinatorial one 6.</summary>
    public int? Folds { get; init; }

    /// <summary>Of a combinatorial one: groups that each training leaves out. Default: 2.</summary>
    public int? TestGroups { get; init; }

    /// <summary>Trainings of each fold, of a model that has a seed. Default: 1.</summary>
    public int? Seeds { get; init; }

    /// <summary>Cross-validation: rows behind each block that are not trained on. Default: <see cref="EmbargoFraction"/> of them.</summary>
    public int? EmbargoRows { get; init; }

    /// <summary>Cross-validation: the embargo as a share of the rows. Default: 0.01.</summary>
    public double? EmbargoFraction { get; init; }

    /// <summary>Cross-validation: rows ahead that a label in the data's own columns looks. Default: none; labels of the model or its pipeline are purged by their own ends.</summary>
    public int? LabelHorizon { get; init; }

    /// <summary><c>expanding</c> or <c>rolling</c>: <see cref="Method"/> by its older name.</summary>
    public string? Window { get; init; }

    /// <summary>Walk-forward: rows before each block that its training leaves out, for labels that reach ahead. Default: 0.</summary>
    public int? Gap { get; init; }

    /// <summary>Walk-forward: last day of the first fold's training. Default: half of the rows.</summary>
    public DateOnly? FirstTrainEnd { get; init; }
}
