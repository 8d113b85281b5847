using System.Globalization;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Training;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Evaluation;

namespace MLOps.Silo.Training;

/// <summary>The walk-forward evaluation that a job asks for. It looks at no row after the job's last training day: those stay for whoever wants to know how the model itself does.</summary>
internal sealed class JobEvaluation
{
    private readonly WalkForwardPlan _plan;
    private readonly TrainingData _rows;

    private JobEvaluation(WalkForwardPlan plan, TrainingData rows, WalkForwardFold lastFold) => (_plan, _rows, LastFold) = (plan, rows, lastFold);

    public int Folds => _plan.Folds;

    public WalkForwardFold LastFold { get; }

    /// <summary>How many trainings it is, beside the job's own, at most.</summary>
    public int Trainings => _plan.Folds * _plan.Seeds;

    /// <returns>Null: none is asked for.</returns>
    /// <exception cref="ModelTrainingException">The rows do not allow it: said before hours of training.</exception>
    public static JobEvaluation? Of(EvaluationSpec? spec, TrainingRequest request)
    {
        if (spec is null)
        {
            return null;
        }

        var plan = new WalkForwardPlan(
            spec.Folds,
            spec.Window == EvaluationSpec.Rolling ? WalkForwardWindow.Rolling : WalkForwardWindow.Expanding,
            Day(spec.FirstTrainEnd),
            Gap: spec.Gap,
            Seeds: spec.Seeds);
        var rows = request.TrainEnd is { } end ? request.Data.Until(end) : request.Data;
        return new JobEvaluation(plan, rows, WalkForwardSplit.Folds(rows, plan)[^1]);
    }

    /// <exception cref="MLOpsException">InvalidArgument: names the field, what was given and what is expected.</exception>
    public static void Check(EvaluationSpec? spec)
    {
        if (spec is null)
        {
            return;
        }

        Require(spec.Folds is >= 1 and <= WalkForwardPlan.MaximumFolds, "folds", Text(spec.Folds), $"1 to {WalkForwardPlan.MaximumFolds}");
        Require(spec.Seeds is >= 1 and <= WalkForwardPlan.MaximumSeeds, "seeds", Text(spec.Seeds), $"1 to {WalkForwardPlan.MaximumSeeds}");
        Require(spec.Window is EvaluationSpec.Expanding or EvaluationSpec.Rolling, "window", spec.Window, $"'{EvaluationSpec.Expanding}' or '{EvaluationSpec.Rolling}'");
        Require(spec.Gap >= 0, "gap", Text(spec.Gap), "0 rows or more");
        Require(
            spec.FirstTrainEnd is null || DateOnly.TryParseExact(spec.FirstTrainEnd, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            "first_train_end",
            spec.FirstTrainEnd ?? "",
            "an ISO date");
    }

    /// <summary>The model with the evaluation's figures and its file.</summary>
    public TrainedModel AddTo(TrainedModel model, WalkForwardResult result) => model with
    {
        Files = [.. model.Files, WalkForwardFile.Of(result, _plan, _rows)],
        Metrics = new Dictionary<string, double>([.. model.Metrics, .. WalkForwardFile.Metrics(result)]),
    };

    /// <returns>Null: the job is to come to its end.</returns>
    /// <exception cref="ModelTrainingException">A fold could not be trained or scored.</exception>
    public WalkForwardResult? Evaluate(IModelDefinition definition, IReadOnlyDictionary<string, string> parameters, TrainingPump pump, CancellationToken cancellationToken)
    {
        try
        {
            return WalkForward.Evaluate(definition, _rows, parameters, _plan, new EvaluationObserver(pump, Trainings), cancellationToken);
        }
        catch (EvaluationStoppedException)
        {
            // The job is to come to its end with what there is: the model is.
            return null;
        }
    }

    private static void Require(bool fits, string field, string value, string expected)
    {
        if (!fits)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"'evaluation.{field}' is '{value}': expected {expected}.");
        }
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static DateOnly? Day(string? text) => text is null ? null : DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
