using MLOps.Models.Classical.Hmm;

namespace MLOps.Models.Neural.Tcn;

/// <summary>What the classifier learns: the states of an HMM that has seen the fit days' returns and nothing later.</summary>
/// <param name="Hmm">Fitted on the fit days.</param>
/// <param name="Fit">Most probable state of each fit day, by the smoother over the fit days.</param>
/// <param name="Validation">Most probable state of each later day, by the forward filter: no day knows its future.</param>
/// <param name="FilterLogLoss">Log-loss of the filter's own probabilities on its labels: what no classifier of these labels is expected to beat by much.</param>
internal sealed record RegimeLabels(GaussianHmm Hmm, int[] Fit, int[] Validation, double FilterLogLoss)
{
    public static RegimeLabels From(double[] returns, int fitDays, int states, int starts, int seed, CancellationToken cancellationToken)
    {
        var fitReturns = returns[..fitDays];
        var hmm = GaussianHmm.Fit(fitReturns, states, starts, seed, cancellationToken);
        var filtered = hmm.Filter(returns)[fitDays..];
        var validation = filtered.Select(MostProbable).ToArray();
        return new RegimeLabels(
            hmm,
            [.. hmm.Smooth(fitReturns).Select(MostProbable)],
            validation,
            filtered.Length == 0 ? double.NaN : -filtered.Select((p, t) => Math.Log(p[validation[t]])).Average());
    }

    private static int MostProbable(double[] probabilities) => Array.IndexOf(probabilities, probabilities.Max());
}
