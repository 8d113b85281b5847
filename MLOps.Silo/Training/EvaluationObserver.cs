using MLOps.Models.Catalog;

namespace MLOps.Silo.Training;

/// <summary>Hears an evaluation on the training thread: its progress comes after the training's own, and what the job was asked for meanwhile is done there.</summary>
/// <param name="trainings">Beside the job's own, so that the two share the progress by their work.</param>
internal sealed class EvaluationObserver(TrainingPump pump, int trainings) : ITrainingObserver
{
    public void OnMetrics(long step, IReadOnlyList<KeyValuePair<string, double>> metrics)
    {
    }

    /// <exception cref="TrainingPausedException">The job is to be paused: it goes on at the training's last checkpoint.</exception>
    /// <exception cref="EvaluationStoppedException">It is to come to its end.</exception>
    public void OnProgress(double fraction, string message)
    {
        switch (pump.Order)
        {
            case TrainingOrder.Pause:
                throw new TrainingPausedException();
            case TrainingOrder.Finish:
                throw new EvaluationStoppedException();
            default:
                pump.OnProgress((1 + (fraction * trainings)) / (1 + trainings), $"Evaluating. {message}");
                break;
        }
    }

    public void OnCheckpoint(long step, Func<byte[]> content)
    {
    }

    public bool IsToFinish() => false;
}
