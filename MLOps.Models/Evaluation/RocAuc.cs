namespace MLOps.Models.Evaluation;

/// <summary>Area under the receiver operating characteristic: the probability that a positive scores above a negative, ties counting half.</summary>
public static class RocAuc
{
    /// <returns>0..1; NaN where there are no positives or no negatives.</returns>
    public static double Of(IReadOnlyList<double> scores, IReadOnlyList<bool> labels)
    {
        if (scores.Count != labels.Count)
        {
            throw new ArgumentException($"There are {scores.Count} scores for {labels.Count} labels; give one each.", nameof(labels));
        }

        int[] order = [.. Enumerable.Range(0, scores.Count).OrderBy(i => scores[i])];
        var (ranks, positives) = (0.0, 0L);
        for (var from = 0; from < order.Length;)
        {
            var to = from;
            while (to < order.Length && scores[order[to]].Equals(scores[order[from]]))
            {
                to++;
            }

            // Equal scores share the mean of their ranks from + 1 to to.
            var tied = order[from..to].Count(i => labels[i]);
            ranks += tied * (from + to + 1) / 2.0;
            positives += tied;
            from = to;
        }

        var negatives = order.Length - positives;
        return positives == 0 || negatives == 0 ? double.NaN : (ranks - (positives * (positives + 1) / 2.0)) / ((double)positives * negatives);
    }
}
