using MLOps.Models.Catalog;

namespace MLOps.Models.Tests;

/// <summary>Keeps what a training reports, and can cancel at a step.</summary>
internal sealed class RecordingObserver(Action<long>? onMetrics = null) : ITrainingObserver
{
    public List<(long Step, Dictionary<string, double> Metrics)> Epochs { get; } = [];

    public List<(double Fraction, string Message)> Progress { get; } = [];

    public List<(long Step, byte[] Content)> Checkpoints { get; } = [];

    public void OnMetrics(long step, IReadOnlyList<KeyValuePair<string, double>> metrics)
    {
        Epochs.Add((step, metrics.ToDictionary()));
        onMetrics?.Invoke(step);
    }

    public void OnProgress(double fraction, string message) => Progress.Add((fraction, message));

    public void OnCheckpoint(long step, Func<byte[]> content) => Checkpoints.Add((step, content()));
}
