using MLOps.Contracts.Training;

namespace MLOps.Gateway.Training;

/// <summary>Walk-forward evaluation of a training job.</summary>
/// <param name="Folds">Default: 5.</param>
/// <param name="Seeds">Default: 1.</param>
/// <param name="Window"><c>expanding</c> (default) or <c>rolling</c>.</param>
/// <param name="Gap">Rows left out before each block. Default: 0.</param>
/// <param name="FirstTrainEnd">Last day of the first fold's training. Default: half of the rows.</param>
internal sealed record EvaluationRequest(int? Folds, int? Seeds, string? Window, int? Gap, string? FirstTrainEnd)
{
    public EvaluationSpec ToSpec() => new(Folds ?? EvaluationSpec.DefaultFolds, Seeds ?? 1, Window ?? EvaluationSpec.Expanding, Gap ?? 0, FirstTrainEnd);
}
