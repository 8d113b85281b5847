namespace MLOps.Models.Catalog;

/// <summary>Hears how a training goes. Called on the training thread.</summary>
public interface ITrainingObserver
{
    /// <summary>Metrics of one epoch or iteration.</summary>
    void OnMetrics(long step, IReadOnlyList<KeyValuePair<string, double>> metrics);

    /// <param name="fraction">0..1.</param>
    /// <param name="message">What it is doing now.</param>
    void OnProgress(double fraction, string message);
}
