using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Evaluation;

/// <summary>Cuts rows into the folds of a walk-forward evaluation: no fold trains on a row of its own time or later.</summary>
public static class WalkForwardSplit
{
    /// <exception cref="ModelTrainingException">The plan does not fit the rows; the message says what would.</exception>
    public static IReadOnlyList<EvaluationFold> Folds(TrainingData data, WalkForwardPlan plan)
    {
        Check(plan);
        var first = FirstTrainRows(data, plan);
        var bounds = Enumerable.Range(0, plan.Folds + 1)
            .Select(fold => Start(data, plan, first + (int)((long)(data.Count - first) * fold / plan.Folds)))
            .ToArray();
        if (TrainTo(bounds[0]) <= 0 || bounds.Zip(bounds.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            throw new ModelTrainingException(string.Create(
                CultureInfo.InvariantCulture,
                $"{data.Count} rows cannot be walked forward in {plan.Folds} folds: {bounds[0]} rows are to be trained on first (with a gap of {plan.Gap}), which leaves {data.Count - bounds[0]} to score; give more rows, fewer folds or an earlier first training end."));
        }

        return
        [
            .. Enumerable.Range(0, plan.Folds).Select(fold =>
            {
                var trainTo = TrainTo(bounds[fold]);
                var trainFrom = plan.Window == WalkForwardWindow.Rolling ? Start(data, plan, Math.Max(0, trainTo - (bounds[0] - plan.Gap))) : 0;
                return new EvaluationFold(fold + 1, fold + 1, [new RowRange(trainFrom, trainTo)], [new RowRange(bounds[fold], bounds[fold + 1])]);
            }),
        ];

        // A gap may end within a day.
        int TrainTo(int bound) => plan.WholeDays ? Start(data, plan, bound - plan.Gap) : bound - plan.Gap;
    }

    private static int FirstTrainRows(TrainingData data, WalkForwardPlan plan)
    {
        if (plan.FirstTrainEnd is not { } end)
        {
            return (int)(data.Count * plan.FirstTrainShare);
        }

        return data.Times is { } times
            ? times.TakeWhile(time => DateOnly.FromDateTime(time) <= end).Count()
            : throw new ModelTrainingException("A first training end was given, but the rows have no times: give a column 'date' or 'time', or a share of the rows instead.");
    }

    /// <summary>Rows of one time, as the assets of a day, are not torn apart: the first row that has the time, or the day, of the given one.</summary>
    private static int Start(TrainingData data, WalkForwardPlan plan, int row)
    {
        while (plan.BelongsToTheOneBefore(data, row))
        {
            row--;
        }

        return row;
    }

    private static void Check(WalkForwardPlan plan)
    {
        if (plan.Folds is < 1 or > WalkForwardPlan.MaximumFolds)
        {
            throw Bad("folds", plan.Folds, $"1 to {WalkForwardPlan.MaximumFolds}");
        }

        if (plan.Seeds is < 1 or > EvaluationPlan.MaximumSeeds)
        {
            throw Bad("seeds", plan.Seeds, $"1 to {EvaluationPlan.MaximumSeeds}");
        }

        if (plan.Gap < 0)
        {
            throw Bad("gap", plan.Gap, "0 rows or more");
        }

        if (!(plan.FirstTrainShare > 0 && plan.FirstTrainShare < 1))
        {
            throw Bad("first_train_share", plan.FirstTrainShare, "a number above 0 and below 1");
        }
    }

    private static ModelTrainingException Bad(string name, double value, string expected) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The evaluation's '{name}' is {value}: expected {expected}."));
}
