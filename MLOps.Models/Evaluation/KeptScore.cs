namespace MLOps.Models.Evaluation;

/// <summary>A score without the rows that its fold is made of: the plan has those.</summary>
public sealed record KeptScore(int Fold, int Block, int? Seed, IReadOnlyDictionary<string, double> Figures, IReadOnlyList<double> Returns)
{
    internal static KeptScore Of(EvaluationScore score) => new(score.Fold.Number, score.Fold.Block, score.Seed, score.Figures, score.Returns);
}
