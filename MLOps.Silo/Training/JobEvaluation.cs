using System.Globalization;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Training;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Evaluation;

namespace MLOps.Silo.Training;

/// <summary>The evaluation that a job asks for. It looks at no row after the job's last training day: those stay for whoever wants to know how the model itself does.</summary>
internal sealed class JobEvaluation
{
    private readonly EvaluationPlan _plan;
    private readonly TrainingData _rows;

    private JobEvaluation(EvaluationPlan plan, TrainingData rows, IReadOnlyList<EvaluationFold> folds)
    {
        (_plan, _rows) = (plan, rows);
        Folds = folds.Select(fold => fold.Block).Distinct().Count();
        Trainings = folds.Select(fold => fold.Number).Distinct().Count() * plan.Seeds;
        LastFold = plan is WalkForwardPlan ? folds[^1] : null;
    }

    /// <summary>Blocks that the rows are cut into.</summary>
    public int Folds { get; }

    /// <summary>The fold that is scored on the newest rows, by a model that was trained on those before; null: a cross-validation has none such.</summary>
    public EvaluationFold? LastFold { get; }

    /// <summary>How many trainings it is, beside the job's own, at most.</summary>
    public int Trainings { get; }

    /// <returns>Null: none is asked for.</returns>
    /// <exception cref="ModelTrainingException">The rows do not allow it: said before hours of training.</exception>
    public static JobEvaluation? Of(EvaluationSpec? spec, IModelDefinition definition, TrainingRequest request)
    {
        if (spec is null)
        {
            return null;
        }

        var plan = PlanOf(spec).For(definition, request.Parameters);
        var rows = request.TrainEnd is { } end ? request.Data.Until(end) : request.Data;
        return new JobEvaluation(plan, rows, plan.Split(rows));
    }

    /// <summary>The methods that a model can be evaluated by; the last of them, shuffled, only where its labels do not overlap.</summary>
    public static IReadOnlyList<string> MethodsOf(IModelDefinition model) => model.Continuity.Use switch
    {
        RowUse.Unbroken => [EvaluationSpec.Expanding, EvaluationSpec.Rolling],
        RowUse.Pieces => [EvaluationSpec.Expanding, EvaluationSpec.Rolling, EvaluationSpec.PurgedKFold, EvaluationSpec.CombinatorialPurged],
        _ => EvaluationSpec.Methods,
    };

    /// <exception cref="MLOpsException">InvalidArgument: names the field, what was given and what is expected; or the model, and why it cannot be evaluated so.</exception>
    public static void Check(EvaluationSpec? spec, IModelDefinition definition, IReadOnlyDictionary<string, string> parameters)
    {
        if (spec is null)
        {
            return;
        }

        var method = spec.Method ?? spec.Window;
        Require(spec.Method is null || EvaluationSpec.Methods.Contains(spec.Method), "method", spec.Method ?? "", string.Join(", ", EvaluationSpec.Methods));
        Require(spec.Window is EvaluationSpec.Expanding or EvaluationSpec.Rolling, "window", spec.Window, $"'{EvaluationSpec.Expanding}' or '{EvaluationSpec.Rolling}'");
        var isWalk = method is EvaluationSpec.Expanding or EvaluationSpec.Rolling;
        Require(spec.Folds >= (isWalk ? 1 : 2) && spec.Folds <= WalkForwardPlan.MaximumFolds, "folds", Text(spec.Folds), $"{(isWalk ? 1 : 2)} to {WalkForwardPlan.MaximumFolds}");
        Require(spec.Seeds is >= 1 and <= EvaluationPlan.MaximumSeeds, "seeds", Text(spec.Seeds), $"1 to {EvaluationPlan.MaximumSeeds}");
        Require(spec.Gap >= 0 && (isWalk || spec.Gap == 0), "gap", Text(spec.Gap), isWalk ? "0 rows or more" : $"none with {method}, which takes label_horizon and an embargo");
        Require(
            spec.FirstTrainEnd is null || (isWalk && DateOnly.TryParseExact(spec.FirstTrainEnd, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)),
            "first_train_end",
            spec.FirstTrainEnd ?? "",
            isWalk ? "an ISO date" : $"none with {method}, which trains on all sides of a block");
        Require(spec.TestGroups is null || method == EvaluationSpec.CombinatorialPurged, "test_groups", Text(spec.TestGroups), $"none but with {EvaluationSpec.CombinatorialPurged}");
        var hasEmbargo = method is EvaluationSpec.PurgedKFold or EvaluationSpec.CombinatorialPurged;
        Require(spec.EmbargoRows is null || (hasEmbargo && spec.EmbargoRows >= 0), "embargo_rows", Text(spec.EmbargoRows), hasEmbargo ? "0 rows or more" : $"none with {method}");
        Require(spec.EmbargoFraction is null || (hasEmbargo && spec.EmbargoRows is null && spec.EmbargoFraction is >= 0 and < 1), "embargo_fraction", Text(spec.EmbargoFraction), hasEmbargo ? "a number from 0 to below 1, and no embargo_rows beside it" : $"none with {method}");
        Require(spec.LabelHorizon is null || (!isWalk && spec.LabelHorizon >= 0), "label_horizon", Text(spec.LabelHorizon), isWalk ? $"none with {method}, which takes a gap" : "0 rows or more");
        try
        {
            PlanOf(spec).Check(definition, parameters);
        }
        catch (ModelTrainingException exception)
        {
            // Not as inner exception: MLOps.Models knows no Orleans, so its exceptions cannot leave the silo.
            throw new MLOpsException(ProblemCode.InvalidArgument, $"'evaluation': {exception.Message}");
        }
    }

    /// <summary>The model with the evaluation's figures and its file.</summary>
    public TrainedModel AddTo(TrainedModel model, EvaluationResult result) => model with
    {
        Files = [.. model.Files, EvaluationFile.Of(_plan, result, _rows)],
        Metrics = new Dictionary<string, double>([.. model.Metrics, .. EvaluationFile.Metrics(_plan, result)]),
    };

    /// <param name="model">The job's own, which another process need not train again.</param>
    /// <param name="start">Where an earlier attempt came to; null: the evaluation begins.</param>
    /// <returns>Null: the job is to come to its end.</returns>
    /// <exception cref="ModelTrainingException">A fold could not be trained or scored.</exception>
    /// <exception cref="TrainingPausedException">The job is to be paused.</exception>
    public EvaluationResult? Evaluate(
        IModelDefinition definition, IReadOnlyDictionary<string, string> parameters, TrainedModel model, EvaluationProgress? start, TrainingPump pump, CancellationToken cancellationToken)
    {
        var observer = new EvaluationObserver(pump, _plan, model, Trainings, start);
        try
        {
            observer.OnProgress(() => start ?? new EvaluationProgress([], null), step: null);
            return ModelEvaluation.Evaluate(definition, _rows, parameters, _plan, observer, cancellationToken, observer);
        }
        catch (EvaluationStoppedException)
        {
            // The job is to come to its end with what there is: the model is.
            return null;
        }
    }

    private static EvaluationPlan PlanOf(EvaluationSpec spec) => (spec.Method ?? spec.Window) switch
    {
        EvaluationSpec.PurgedKFold => Cross(spec, CrossValidationMethod.PurgedKFold),
        EvaluationSpec.CombinatorialPurged => Cross(spec, CrossValidationMethod.CombinatorialPurged),
        EvaluationSpec.ShuffledKFold => Cross(spec, CrossValidationMethod.ShuffledKFold),
        var window => new WalkForwardPlan(
            spec.Folds,
            window == EvaluationSpec.Rolling ? WalkForwardWindow.Rolling : WalkForwardWindow.Expanding,
            Day(spec.FirstTrainEnd),
            Gap: spec.Gap,
            Seeds: spec.Seeds),
    };

    private static CrossValidationPlan Cross(EvaluationSpec spec, CrossValidationMethod kind) => new(
        kind,
        spec.Folds,
        spec.TestGroups ?? CrossValidationPlan.DefaultTestGroups,
        spec.EmbargoRows,
        spec.EmbargoFraction ?? CrossValidationPlan.DefaultEmbargo,
        spec.LabelHorizon,
        spec.Seeds);

    private static void Require(bool fits, string field, string value, string expected)
    {
        if (!fits)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"'evaluation.{field}' is '{value}': expected {expected}.");
        }
    }

    private static string Text(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    private static DateOnly? Day(string? text) => text is null ? null : DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
