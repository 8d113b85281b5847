using MLOps.Models.Catalog;

namespace MLOps.Models.Evaluation;

/// <summary>A fold's training as a part of the whole: its progress and its checkpoints are passed on as the evaluation's, its curve is not the run's.</summary>
internal sealed class FoldObserver(ITrainingObserver whole, double from, double to, string label, Action<long, Func<byte[]>> onCheckpoint) : ITrainingObserver
{
    public void OnMetrics(long step, IReadOnlyList<KeyValuePair<string, double>> metrics)
    {
    }

    public void OnProgress(double fraction, string message) => whole.OnProgress(from + ((to - from) * Math.Clamp(fraction, 0, 1)), $"{label}: {message}");

    public void OnCheckpoint(long step, Func<byte[]> content) => onCheckpoint(step, content);

    public bool IsToFinish() => whole.IsToFinish();
}
