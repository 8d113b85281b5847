using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Evaluation;

/// <summary>How a walk-forward evaluation goes over the rows.</summary>
/// <param name="Folds">Blocks, of equal length but for rounding, into which the rows after the first training are cut; the model is trained anew before each.</param>
/// <param name="FirstTrainEnd">Last day that the first fold trains on, inclusive; null: <paramref name="FirstTrainShare"/> of the rows.</param>
/// <param name="FirstTrainShare">Share of the rows that the first fold trains on where no day is given, above 0 and below 1.</param>
/// <param name="Gap">Rows before each test block that are left out of its training, for labels that reach ahead of the row they belong to.</param>
/// <param name="Seeds">Trainings of each fold, by successive values of the hyper-parameter <c>seed</c>; a model without one gives the same every time and is trained once.</param>
public sealed record WalkForwardPlan(
    int Folds = 5,
    WalkForwardWindow Window = WalkForwardWindow.Expanding,
    DateOnly? FirstTrainEnd = null,
    double FirstTrainShare = 0.5,
    int Gap = 0,
    int Seeds = 1) : EvaluationPlan(Seeds)
{
    /// <summary>Most folds of one evaluation.</summary>
    public const int MaximumFolds = 1000;

    public override string Method => Window == WalkForwardWindow.Rolling ? "rolling" : "expanding";

    public override IReadOnlyList<EvaluationFold> Split(TrainingData data) => WalkForwardSplit.Folds(data, this);

    /// <summary>Every model can be trained on what came before.</summary>
    public override void Check(IModelDefinition definition, IReadOnlyDictionary<string, string> parameters)
    {
    }

    /// <summary>The rows are those of the fold alone: a baseline has as long a past as the model, and neither has a future.</summary>
    internal override ScoredRows Scored(TrainingData data, EvaluationFold fold) =>
        new(data.Rows(fold.TrainFrom, fold.TestTo), fold.TestFrom - fold.TrainFrom, fold.TestTo - fold.TrainFrom);
}
