namespace MLOps.Models.Evaluation;

/// <summary>One training of an evaluation, and the blocks that it scores.</summary>
internal sealed record FoldTraining(IReadOnlyList<EvaluationFold> Blocks, int? Seed)
{
    public EvaluationFold Fold => Blocks[0];
}
