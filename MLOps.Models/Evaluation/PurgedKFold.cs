using MLOps.Models.Catalog;

namespace MLOps.Models.Evaluation;

/// <summary>k-fold cross-validation for labels that overlap in time: test blocks are contiguous, training labels that share a row with them are left out (purged),
/// and so are those that start soon after them (embargo). López de Prado, Advances in Financial Machine Learning (2018), chapter 7.</summary>
public sealed class PurgedKFold
{
    private readonly int _folds;
    private readonly int _embargo;

    /// <param name="embargo">Rows after the row on which a test block's last label starts in which no training label may start, beside those that purging leaves out; the book takes about 1 % of the rows.</param>
    public PurgedKFold(int folds, int embargo)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(embargo);
        (_folds, _embargo) = (folds, embargo);
    }

    /// <param name="spans">One an observation, in order of their start.</param>
    /// <returns>One split a fold; every observation is tested once.</returns>
    /// <exception cref="ModelTrainingException">The spans are out of order, or there are fewer than folds.</exception>
    public IReadOnlyList<CrossValidationSplit> Split(IReadOnlyList<LabelSpan> spans)
    {
        LabelSpans.Check(spans, _folds);
        var bounds = LabelSpans.Bounds(spans.Count, _folds);
        return [.. Enumerable.Range(0, _folds).Select(fold => LabelSpans.Split(spans, [(bounds[fold], bounds[fold + 1])], _embargo))];
    }
}
