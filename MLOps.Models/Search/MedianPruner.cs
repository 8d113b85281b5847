namespace MLOps.Models.Search;

/// <summary>Ends a trial early that is worse than most: its best value up to a step is worse than the median of the other trials' at the same step
/// (the median stopping rule of Golovin et al. 2017, "Google Vizier", with the best in place of the running mean).</summary>
/// <param name="startTrials">Trials that must have ended before any is pruned.</param>
/// <param name="warmUpSteps">Steps of a trial in which it is not judged: a slow start is not a bad end.</param>
public sealed class MedianPruner(int startTrials, long warmUpSteps)
{
    /// <param name="trial">The trial's losses so far, by step; the smaller the better.</param>
    /// <param name="ended">Those of the trials that came to their end; pruned ones would make the rule ever harder.</param>
    public bool IsToPrune(IReadOnlyList<SearchLoss> trial, IReadOnlyList<IReadOnlyList<SearchLoss>> ended)
    {
        if (trial.Count == 0 || ended.Count < startTrials)
        {
            return false;
        }

        var step = trial.Max(loss => loss.Step);
        var others = ended.Select(curve => BestUpTo(curve, step)).OfType<double>().Order().ToArray();
        if (step <= warmUpSteps || others.Length == 0)
        {
            return false;
        }

        // Neither better nor worse is what is not a number: a trial that has nothing else is worse than any.
        var median = (others[(others.Length - 1) / 2] + others[others.Length / 2]) / 2;
        return !(BestUpTo(trial, step) <= median);
    }

    private static double? BestUpTo(IReadOnlyList<SearchLoss> curve, long step)
    {
        double? best = null;
        foreach (var loss in curve)
        {
            if (loss.Step <= step && !double.IsNaN(loss.Value) && !(loss.Value >= best))
            {
                best = loss.Value;
            }
        }

        return best;
    }
}
