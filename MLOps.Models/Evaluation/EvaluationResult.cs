namespace MLOps.Models.Evaluation;

/// <param name="Scores">One for each fold and seed, in order of folds.</param>
/// <param name="Figures">Each figure over all of them; a baseline's behind the model's own that it belongs to.</param>
/// <param name="Paths">Of a combinatorial cross-validation, for each seed; else none.</param>
/// <param name="PathFigures">How the figures are distributed over the paths.</param>
public sealed record EvaluationResult(IReadOnlyList<EvaluationScore> Scores, IReadOnlyList<FigureSummary> Figures, IReadOnlyList<EvaluationPath> Paths, IReadOnlyList<PathSummary> PathFigures)
{
    internal static EvaluationResult Of(EvaluationPlan plan, IReadOnlyList<EvaluationScore> scores)
    {
        EvaluationPath[] paths = [.. EvaluationPath.Of(plan.Paths, scores)];
        var names = scores[0].Figures.Keys.Order(StringComparer.Ordinal).ToArray();
        var figures = names.Select(name => Summary(name, BaselineFigures.BaselineOf(name, names), scores));
        return new EvaluationResult(
            scores,
            [.. figures.OrderBy(figure => figure.BaselineOf ?? figure.Name, StringComparer.Ordinal).ThenBy(figure => figure.BaselineOf is not null).ThenBy(figure => figure.Name, StringComparer.Ordinal)],
            paths,
            PathSummary.Of(paths));
    }

    private static FigureSummary Summary(string name, string? baselineOf, IReadOnlyList<EvaluationScore> scores) => new(
        name,
        baselineOf,
        scores.Average(score => score.Figures[name]),
        Deviation([.. scores.GroupBy(score => score.Seed).Select(seed => seed.Average(score => score.Figures[name]))]),
        Deviation([.. scores.GroupBy(score => score.Fold.Number).Select(fold => fold.Average(score => score.Figures[name]))]));

    private static double? Deviation(double[] values)
    {
        if (values.Length < 2)
        {
            return null;
        }

        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }
}
