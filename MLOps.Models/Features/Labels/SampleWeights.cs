using MLOps.Models.Evaluation;

namespace MLOps.Models.Features.Labels;

/// <summary>What labels that overlap in time are worth. López de Prado, Advances in Financial Machine Learning (2018), chapter 4.</summary>
public static class SampleWeights
{
    /// <summary>How many labels each row is in.</summary>
    /// <param name="rows">Number of rows that the spans are over.</param>
    /// <exception cref="ArgumentException">A span ends before it starts, or leaves the rows.</exception>
    public static int[] Concurrency(IReadOnlyList<LabelSpan> spans, int rows)
    {
        var changes = new int[rows + 1];
        foreach (var span in spans)
        {
            if (span.Start < 0 || span.End < span.Start || span.End >= rows)
            {
                throw new ArgumentException($"The label's rows {span.Start} to {span.End} do not lie in the {rows} rows.", nameof(spans));
            }

            changes[span.Start]++;
            changes[span.End + 1]--;
        }

        var count = 0;
        return [.. changes.Take(rows).Select(change => count += change)];
    }

    /// <summary>Mean of 1/concurrency over each label's rows: 1 for a label that shares no row, towards 0 for one among many.</summary>
    public static double[] AverageUniqueness(IReadOnlyList<LabelSpan> spans, int rows)
    {
        var shares = RunningSums(Concurrency(spans, rows), (_, concurrency) => 1.0 / concurrency);
        return [.. spans.Select(span => (shares[span.End + 1] - shares[span.Start]) / (span.End - span.Start + 1))];
    }

    /// <summary>Weights by the absolute log return that is a label's own, each row's return shared among the labels that it is in; they sum to their number.</summary>
    /// <remarks>Where no price moved in any label, all weigh 1.</remarks>
    public static double[] ByReturn(IReadOnlyList<LabelSpan> spans, double[] closes)
    {
        // A label's first row is that of the event: the return that leads to it was over before.
        LabelSpan[] held = [.. spans.Select(span => span with { Start = Math.Min(span.Start + 1, span.End) })];
        var shares = RunningSums(Concurrency(held, closes.Length), (row, concurrency) => row == 0 ? 0 : Math.Log(closes[row] / closes[row - 1]) / concurrency);
        return Normalised([.. held.Select(span => Math.Abs(shares[span.End + 1] - shares[span.Start]))]);
    }

    /// <summary>Weights that fall with age, age measured in uniqueness: the newest label has 1, the oldest <paramref name="oldest"/>, linearly between.</summary>
    /// <param name="oldest">0..1; negative: so large a share of the oldest labels weighs nothing.</param>
    public static double[] TimeDecay(IReadOnlyList<double> uniqueness, double oldest)
    {
        if (!(oldest > -1 && oldest <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(oldest), oldest, "The oldest label's weight must lie above -1 and be at most 1.");
        }

        var total = uniqueness.Sum();
        var slope = oldest >= 0 ? (1 - oldest) / total : 1 / ((oldest + 1) * total);
        var sum = 0.0;
        return [.. uniqueness.Select(own => Math.Max(0, 1 - (slope * (total - (sum += own)))))];
    }

    private static double[] Normalised(double[] weights)
    {
        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => sum > 0 ? weight * weights.Length / sum : 1);
    }

    /// <summary>Sums of the values of all rows before each, with the sum of all at the end. Rows in no label count 0.</summary>
    private static double[] RunningSums(int[] concurrency, Func<int, int, double> value)
    {
        var sums = new double[concurrency.Length + 1];
        for (var row = 0; row < concurrency.Length; row++)
        {
            sums[row + 1] = sums[row] + (concurrency[row] > 0 ? value(row, concurrency[row]) : 0);
        }

        return sums;
    }
}
