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

    /// <summary>Parts that features are compared over where no walk-forward evaluation says how many.</summary>
    public const int Folds = 5;

    /// <summary>Rows that the training has not seen, where there are any that the model can score; then the last part of those that it has.</summary>
    /// <param name="lastFold">Of the job's walk-forward evaluation; null: it has none.</param>
    public static IReadOnlyList<ValidationRows> Candidates(TrainingData data, DateOnly? trainEnd, WalkForwardFold? lastFold)
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

    /// <summary>The returns that say most of a strategy: of rows that its training has not seen, by this model, else by those of the walk-forward evaluation, else of rows that it has seen.</summary>
    public static StrategyReturns? Returns(ValidationReport report, WalkForwardResult? evaluation)
    {
        var walked = evaluation is null ? [] : evaluation.Scores.GroupBy(score => score.Seed).First().SelectMany(score => score.Returns).ToArray();
        return report.Returns.Count > 0 && (report.Rows!.IsUnseen || walked.Length == 0)
            ? new StrategyReturns(report.Returns, report.Rows!.Which)
            : walked.Length > 0 ? new StrategyReturns(walked, "the test rows of the walk-forward evaluation, by each fold's model") : null;
    }
}
