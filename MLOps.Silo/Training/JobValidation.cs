using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Evaluation;
using MLOps.Models.Evaluation.Validation;

namespace MLOps.Silo.Training;

/// <summary>Which rows a job's model is validated on.</summary>
internal static class JobValidation
{
    /// <summary>Rows that are scored at most: a silhouette looks at every pair.</summary>
    public const int MostRows = 1000;

    private const int Folds = 5;

    /// <summary>Of a thousand folds each has too few rows to compare a distribution by.</summary>
    private const int MostFolds = 10;

    /// <summary>Parts that features are compared over: as many as the job's evaluation has folds.</summary>
    public static int FoldsOf(JobEvaluation? evaluation) => evaluation is null ? Folds : Math.Clamp(evaluation.Folds, 2, MostFolds);

    /// <summary>Rows that the training has not seen, where there are any that the model can score; then the last part of those that it has.</summary>
    /// <param name="lastFold">Of the job's walk-forward evaluation; null: it has no such.</param>
    public static IReadOnlyList<ValidationRows> Candidates(TrainingData data, DateOnly? trainEnd, EvaluationFold? lastFold)
    {
        var trainedTo = trainEnd is { } end && data.Times is { } times ? times.TakeWhile(time => DateOnly.FromDateTime(time) <= end).Count() : data.Count;
        var candidates = new List<ValidationRows>();
        if (trainedTo < data.Count)
        {
            candidates.Add(new ValidationRows(trainedTo, Math.Min(data.Count, trainedTo + MostRows), trainedTo, $"rows after the training, {MostRows.ToString(CultureInfo.InvariantCulture)} at most"));
        }

        var last = lastFold is { } fold
            ? new ValidationRows(Math.Max(fold.TestFrom, fold.TestTo - MostRows), fold.TestTo, trainedTo, "the last fold of the walk-forward evaluation, which the training has seen")
            : new ValidationRows(trainedTo - Math.Min(MostRows, trainedTo / Folds), trainedTo, trainedTo, "the last fifth of the training rows, which the training has seen");
        return last.From < last.To ? [.. candidates, last] : candidates;
    }

    /// <summary>The returns that say most of a strategy: of rows that its training has not seen, by this model, else by those of the evaluation, else of rows that it has seen. None of fewer than two, or of some that are no numbers: they have no ratio.</summary>
    public static StrategyReturns? Returns(ValidationReport report, EvaluationResult? evaluation)
    {
        // Of several blocks by several models, the first path: no row twice.
        var scores = evaluation is null ? [] : evaluation.Scores.GroupBy(score => score.Seed).First().GroupBy(score => score.Fold.Block).Select(block => block.First()).OrderBy(score => score.Fold.TestFrom).ToArray();
        double[] tested = [.. scores.SelectMany(score => score.Returns)];
        var returns = report.Returns.Count > 0 && (report.Rows!.IsUnseen || tested.Length == 0)
            ? new StrategyReturns(report.Returns, report.Rows!.Which)
            : new StrategyReturns(tested, evaluation?.Paths.Count > 0 ? "the first path of the evaluation, by each fold's model" : "the test rows of the evaluation, by each fold's model");
        return returns.Values.Count > 1 && returns.Values.All(double.IsFinite) ? returns : null;
    }
}
