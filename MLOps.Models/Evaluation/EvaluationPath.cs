namespace MLOps.Models.Evaluation;

/// <summary>One way through all blocks of a combinatorial cross-validation, each scored by a model that has not seen it.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Folds">By block, the fold whose model scores it.</param>
/// <param name="Figures">Means over the blocks.</param>
/// <param name="Sharpe">Ratio of one period of the strategy's returns over all blocks in order of time; null: the model does not trade, or its returns have no ratio.</param>
public sealed record EvaluationPath(int Number, int? Seed, IReadOnlyList<int> Folds, IReadOnlyDictionary<string, double> Figures, double? Sharpe)
{
    internal static IEnumerable<EvaluationPath> Of(IReadOnlyList<IReadOnlyList<int>> paths, IReadOnlyList<EvaluationScore> scores)
    {
        var found = scores.ToDictionary(score => (score.Seed ?? 0, score.Fold.Number, score.Fold.Block));
        return
            from seed in scores.Select(score => score.Seed).Distinct()
            from path in paths.Index()
            select Of(path.Index + 1, seed, path.Item, [.. path.Item.Select((fold, block) => found[(seed ?? 0, fold, block + 1)])]);
    }

    private static EvaluationPath Of(int number, int? seed, IReadOnlyList<int> folds, EvaluationScore[] blocks)
    {
        double[] returns = [.. blocks.SelectMany(block => block.Returns)];
        var sharpe = returns.Length > 1 && Array.TrueForAll(returns, double.IsFinite) ? SharpeRatio.Of(returns) : double.NaN;
        return new EvaluationPath(
            number,
            seed,
            folds,
            blocks[0].Figures.Keys.ToDictionary(name => name, name => blocks.Average(block => block.Figures[name])),
            double.IsFinite(sharpe) ? sharpe : null);
    }
}
