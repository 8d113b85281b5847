using MLOps.Models.Catalog;

namespace MLOps.Models.Tests;

/// <summary>Keeps what a training reports, and can cancel at a step.</summary>
internal sealed class RecordingObserver(Action<long>? onMetrics = null) : ITrainingObserver
{
    /// <summary>The training is asked to come to its end once it has this many epochs; null: it is not.</summary>
    public int? FinishAfter { get; init; }

    public List<(long Step, Dictionary<string, double> Metrics)> Epochs { get; } = [];

    public List<(double Fraction, string Message)> Progress { get; } = [];

    public List<(long Step, byte[] Content)> Checkpoints { get; } = [];

    public void OnMetrics(long step, IReadOnlyList<KeyValuePair<string, double>> metrics)
    {
        Epochs.Add((step, metrics.ToDictionary()));
        onMetrics?.Invoke(step);
    }

    public bool IsToFinish() => Epochs.Count >= FinishAfter;

    public void OnProgress(double fraction, string message) => Progress.Add((fraction, message));

    public void OnCheckpoint(long step, Func<byte[]> content) => Checkpoints.Add((step, content()));
}
