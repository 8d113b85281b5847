using MLOps.Contracts.Problems;
using MLOps.Contracts.Training;

namespace MLOps.Gateway.Training;

/// <summary>Evaluation of a training job: walk-forward, or a cross-validation.</summary>
/// <param name="Method"><c>expanding</c> (default) or <c>rolling</c>: walk-forward; <c>purgedKFold</c>, <c>combinatorialPurged</c>; <c>shuffledKFold</c>, which is refused where labels overlap.</param>
/// <param name="Folds">Blocks; of combinatorialPurged the groups. Default: 5; of combinatorialPurged 6.</param>
/// <param name="TestGroups">Of combinatorialPurged: groups that each training leaves out. Default: 2.</param>
/// <param name="Seeds">Default: 1.</param>
/// <param name="EmbargoRows">Rows behind each block that are not trained on. Default: embargo_fraction of them.</param>
/// <param name="EmbargoFraction">Default: 0.01.</param>
/// <param name="LabelHorizon">Rows ahead that a label in the data's own columns looks. Default: none; labels of the model or its pipeline are purged by their own ends.</param>
/// <param name="Window">Walk-forward: the method by its older name.</param>
/// <param name="Gap">Walk-forward: rows left out before each block. Default: 0.</param>
/// <param name="FirstTrainEnd">Walk-forward: last day of the first fold's training. Default: half of the rows.</param>
internal sealed record EvaluationRequest(
    string? Method,
    int? Folds,
    int? TestGroups,
    int? Seeds,
    int? EmbargoRows,
    double? EmbargoFraction,
    int? LabelHorizon,
    string? Window,
    int? Gap,
    string? FirstTrainEnd)
{
    /// <returns>The evaluation in the words of a request, its method by its newer name; null: none.</returns>
    public static EvaluationRequest? Of(EvaluationSpec? spec) => spec is null
        ? null
        : new(spec.Method ?? spec.Window, spec.Folds, spec.TestGroups, spec.Seeds, spec.EmbargoRows, spec.EmbargoFraction, spec.LabelHorizon, null, spec.Gap, spec.FirstTrainEnd);

    /// <exception cref="MLOpsException">InvalidArgument: names the field.</exception>
    public EvaluationSpec ToSpec() => Window is null || Method is null || Window == Method
        ? new EvaluationSpec(
            Folds ?? (Method == EvaluationSpec.CombinatorialPurged ? EvaluationSpec.DefaultGroups : EvaluationSpec.DefaultFolds),
            Seeds ?? 1,
            Window ?? (Method == EvaluationSpec.Rolling ? EvaluationSpec.Rolling : EvaluationSpec.Expanding),
            Gap ?? 0,
            FirstTrainEnd,
            Method,
            TestGroups,
            EmbargoRows,
            EmbargoFraction,
            LabelHorizon)
        : throw new MLOpsException(ProblemCode.InvalidArgument, $"'evaluation.window' is '{NameRules.Shortened(Window)}', but 'evaluation.method' is '{NameRules.Shortened(Method)}': expected one of the two, or the same in both.");
}
