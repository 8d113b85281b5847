using System.Globalization;
using MLOps.Models.Catalog;

namespace MLOps.Models.Evaluation;

/// <summary>Rules that label spans of a cross-validation keep, and what of them a test block leaves to train on.</summary>
internal static class LabelSpans
{
    /// <exception cref="ModelTrainingException">Fewer observations than blocks, a span that ends before it starts, or one that starts before the span before it.</exception>
    public static void Check(IReadOnlyList<LabelSpan> spans, int blocks)
    {
        if (spans.Count < blocks)
        {
            throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"{spans.Count} observations cannot be cut into {blocks} blocks; give more of them or fewer blocks."));
        }

        for (var i = 0; i < spans.Count; i++)
        {
            if (spans[i].End < spans[i].Start)
            {
                throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"Label {i} ends with row {spans[i].End}, before it starts (row {spans[i].Start})."));
            }

            if (i > 0 && spans[i].Start < spans[i - 1].Start)
            {
                throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"Label {i} starts with row {spans[i].Start}, before label {i - 1} (row {spans[i - 1].Start}); sort the labels by their start."));
            }
        }
    }

    /// <summary>Bounds of blocks of observations, of equal length but for one: what is over goes to the first blocks. Block b is [result[b], result[b+1]).</summary>
    public static int[] Bounds(int observations, int blocks) => [.. Enumerable.Range(0, blocks + 1).Select(b => (b * (observations / blocks)) + Math.Min(b, observations % blocks))];

    /// <summary>The observations outside the test blocks whose labels share no row with a test block's labels (purging),
    /// and that do not start within <paramref name="embargo"/> rows after the row on which a block's last label starts (embargo). Where labels are longer than the embargo, purging alone decides.</summary>
    /// <param name="blocks">Ranges of observations, end exclusive, ascending; adjacent ones are one block.</param>
    public static CrossValidationSplit Split(IReadOnlyList<LabelSpan> spans, IReadOnlyList<(int From, int To)> blocks, int embargo)
    {
        var isTest = new bool[spans.Count];
        var excluded = new bool[spans.Count];
        foreach (var (from, to) in blocks)
        {
            var first = spans[from].Start;
            var last = Enumerable.Range(from, to - from).Max(i => spans[i].End);
            var embargoed = spans[to - 1].Start + (long)embargo;
            for (var i = 0; i < spans.Count; i++)
            {
                isTest[i] |= i >= from && i < to;
                excluded[i] |= (spans[i].Start <= last && spans[i].End >= first) || (i >= to && spans[i].Start <= embargoed);
            }
        }

        var all = Enumerable.Range(0, spans.Count);
        return new CrossValidationSplit([.. all.Where(i => !isTest[i] && !excluded[i])], [.. all.Where(i => isTest[i])]);
    }
}
