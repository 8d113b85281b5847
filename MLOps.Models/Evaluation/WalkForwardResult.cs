namespace MLOps.Models.Evaluation;

/// <param name="Scores">One for each fold and seed, in order of folds.</param>
/// <param name="Figures">Each figure over all of them; a baseline's behind the model's own that it belongs to.</param>
public sealed record WalkForwardResult(IReadOnlyList<WalkForwardScore> Scores, IReadOnlyList<FigureSummary> Figures)
{
    internal static WalkForwardResult Of(IReadOnlyList<WalkForwardScore> scores)
    {
        var names = scores[0].Figures.Keys.Order(StringComparer.Ordinal).ToArray();
        var figures = names.Select(name => Summary(name, BaselineFigures.BaselineOf(name, names), scores));
        return new WalkForwardResult(
            scores,
            [.. figures.OrderBy(figure => figure.BaselineOf ?? figure.Name, StringComparer.Ordinal).ThenBy(figure => figure.BaselineOf is not null).ThenBy(figure => figure.Name, StringComparer.Ordinal)]);
    }

    private static FigureSummary Summary(string name, string? baselineOf, IReadOnlyList<WalkForwardScore> scores) => new(
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
