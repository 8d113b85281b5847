using System.Globalization;
using MLOps.Models.Catalog;

namespace MLOps.Models.Evaluation;

/// <summary>Plain k-fold cross-validation in random order, for labels that share no row. Where they do it is refused:
/// a training label beside each test label carries most of its answer, and the score is of that.</summary>
public sealed class ShuffledKFold
{
    private readonly int _folds;
    private readonly int _seed;

    public ShuffledKFold(int folds, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        (_folds, _seed) = (folds, seed);
    }

    /// <param name="spans">One an observation, in order of their start.</param>
    /// <exception cref="ModelTrainingException">Two labels share a row: the message names them and says what to use instead.</exception>
    public IReadOnlyList<CrossValidationSplit> Split(IReadOnlyList<LabelSpan> spans)
    {
        LabelSpans.Check(spans, _folds);
        RefuseOverlap(spans);
        var order = Enumerable.Range(0, spans.Count).ToArray();
#pragma warning disable CA5394 // Not a secret: the order must be the same again.
        new Random(_seed).Shuffle(order);
#pragma warning restore CA5394
        var bounds = LabelSpans.Bounds(spans.Count, _folds);
        return
        [
            .. Enumerable.Range(0, _folds).Select(fold => new CrossValidationSplit(
                [.. order.Where((_, i) => i < bounds[fold] || i >= bounds[fold + 1]).Order()],
                [.. order[bounds[fold]..bounds[fold + 1]].Order()])),
        ];
    }

    private static void RefuseOverlap(IReadOnlyList<LabelSpan> spans)
    {
        var longest = 0;
        for (var i = 1; i < spans.Count; i++)
        {
            if (spans[i].Start <= spans[longest].End)
            {
                throw new ModelTrainingException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Shuffled k-fold is refused: label {longest} (rows {spans[longest].Start} to {spans[longest].End}) and label {i} (rows {spans[i].Start} to {spans[i].End}) share rows, so a shuffled training set holds pieces of the test labels and the score measures the leak (whether the next 20 days are volatile scores AUC .992 shuffled and .61 to .67 walk-forward). Use walk-forward, purged k-fold with embargo or combinatorial purged k-fold."));
            }

            longest = spans[i].End >= spans[longest].End ? i : longest;
        }
    }
}
