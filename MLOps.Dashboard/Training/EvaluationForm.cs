using MLOps.Client.Training;

namespace MLOps.Dashboard.Training;

/// <summary>A walk-forward evaluation that a person wants beside a training.</summary>
public sealed class EvaluationForm
{
    public bool IsOn { get; set; }

    public int Folds { get; set; } = 5;

    public int Seeds { get; set; } = 1;

    /// <summary><c>expanding</c> or <c>rolling</c>.</summary>
    public string Window { get; set; } = "expanding";

    public int Gap { get; set; }

    /// <summary>Null: half of the rows.</summary>
    public DateOnly? FirstTrainEnd { get; set; }

    /// <returns>Null: none is wanted.</returns>
    public EvaluationRequest? ToRequest() => IsOn
        ? new EvaluationRequest { Folds = Folds, Seeds = Seeds, Window = Window, Gap = Gap, FirstTrainEnd = FirstTrainEnd }
        : null;
}
