using MLOps.Models.Catalog;

namespace MLOps.Models.Classical.MetaController;

/// <summary><see cref="Hedge"/> over a history.</summary>
/// <param name="Weights">Held in each round.</param>
/// <param name="Final">Of the coming round.</param>
/// <param name="Loss">Sum of its own scaled losses.</param>
/// <param name="Totals">Sum of each expert's.</param>
internal sealed record HedgeRun(IReadOnlyList<double>[] Weights, IReadOnlyList<double> Final, double Loss, double[] Totals)
{
    private const int Reports = 50;

    /// <summary>What the best expert would have saved.</summary>
    public double Regret => Loss - Totals.Min();

    /// <summary>Number of the best expert.</summary>
    public int Best => Array.IndexOf(Totals, Totals.Min());

    public static HedgeRun Over(double[][] losses, LossScale scale, double rate, double share, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var hedge = new Hedge(losses[0].Length, rate, share);
        var (weights, totals, loss) = (new IReadOnlyList<double>[losses.Length], new double[losses[0].Length], 0.0);
        for (var t = 0; t < losses.Length; t++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var scaled = scale.Of(losses[t]);
            weights[t] = hedge.Weights;
            loss += hedge.Update(scaled);
            for (var i = 0; i < scaled.Length; i++)
            {
                totals[i] += scaled[i];
            }

            if ((t + 1) % Math.Max(1, losses.Length / Reports) == 0)
            {
                observer.OnMetrics(t + 1, [KeyValuePair.Create("loss", loss / (t + 1)), KeyValuePair.Create("regret", loss - totals.Min())]);
            }
        }

        return new HedgeRun(weights, hedge.Weights, loss, totals);
    }
}
