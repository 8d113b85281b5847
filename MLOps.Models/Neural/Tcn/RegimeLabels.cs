using MLOps.Models.Classical.Hmm;

namespace MLOps.Models.Neural.Tcn;

/// <summary>What the classifier learns: the forward filter of an HMM that was fitted on the fit days' returns and has seen nothing later.
/// The filter of a day uses that day and those before it, so no label knows its future, in fit or validation.</summary>
/// <param name="Hmm">Fitted on the fit days.</param>
/// <param name="Probabilities">P(state | days so far) of every training day: the soft targets.</param>
/// <param name="States">Most probable state of every training day: the label that scores are taken against.</param>
internal sealed record RegimeLabels(GaussianHmm Hmm, double[][] Probabilities, int[] States)
{
    public static RegimeLabels From(double[] returns, int fitDays, int states, int starts, int seed, CancellationToken cancellationToken) =>
        By(GaussianHmm.Fit(returns[..fitDays], states, starts, seed, cancellationToken), returns);

    /// <summary>What an HMM that is there already says of each day.</summary>
    public static RegimeLabels By(GaussianHmm hmm, double[] returns)
    {
        var filtered = hmm.Filter(returns);
        return new RegimeLabels(hmm, filtered, [.. filtered.Select(p => Array.IndexOf(p, p.Max()))]);
    }
}
