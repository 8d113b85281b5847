using MLOps.Models.Catalog;

namespace MLOps.Silo.Training;

/// <summary>A training that an evaluation follows: its progress is the first part of the whole.</summary>
internal sealed class TrainingPart(ITrainingObserver whole, int further) : ITrainingObserver
{
    public void OnMetrics(long step, IReadOnlyList<KeyValuePair<string, double>> metrics) => whole.OnMetrics(step, metrics);

    public void OnProgress(double fraction, string message) => whole.OnProgress(fraction / (1 + further), message);

    public void OnCheckpoint(long step, Func<byte[]> content) => whole.OnCheckpoint(step, content);

    public bool IsToFinish() => whole.IsToFinish();
}
