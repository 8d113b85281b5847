namespace MLOps.Models.Neural.Tcn;

/// <summary>How well probabilities meet labels.</summary>
/// <param name="LogLoss">Mean −ln p(label), in nats.</param>
/// <param name="Accuracy">Share of labels that were the most probable class.</param>
internal readonly record struct TcnScore(double LogLoss, double Accuracy)
{
    /// <summary>Keeps one impossible event from making the mean infinite.</summary>
    private const double Smallest = 1e-12;

    public static TcnScore Of(IReadOnlyList<double[]> probabilities, int[] labels)
    {
        var (loss, hits) = (0.0, 0);
        for (var i = 0; i < labels.Length; i++)
        {
            loss -= Math.Log(Math.Max(Smallest, probabilities[i][labels[i]]));
            hits += Array.IndexOf(probabilities[i], probabilities[i].Max()) == labels[i] ? 1 : 0;
        }

        return new TcnScore(loss / labels.Length, (double)hits / labels.Length);
    }
}
