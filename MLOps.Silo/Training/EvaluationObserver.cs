using MLOps.Models.Catalog;
using MLOps.Models.Evaluation;

namespace MLOps.Silo.Training;

/// <summary>Hears an evaluation on the training thread: its progress comes after the training's own, its folds' scores are metrics of the run, and what the job was asked for meanwhile is done here.</summary>
/// <param name="trainings">Beside the job's own, so that the two share the progress by their work.</param>
/// <param name="start">Where an earlier attempt came to; null: the evaluation begins.</param>
internal sealed class EvaluationObserver(TrainingPump pump, EvaluationPlan plan, TrainedModel model, int trainings, EvaluationProgress? start) : ITrainingObserver, IEvaluationKeeper
{
    public EvaluationProgress? Start => start;

    public void OnMetrics(long step, IReadOnlyList<KeyValuePair<string, double>> metrics)
    {
    }

    /// <exception cref="EvaluationStoppedException">The job is to come to its end.</exception>
    public void OnProgress(double fraction, string message)
    {
        StopIfAsked();
        pump.OnProgress((1 + (fraction * trainings)) / (1 + trainings), $"Evaluating. {message}");
    }

    public void OnCheckpoint(long step, Func<byte[]> content)
    {
    }

    public bool IsToFinish() => false;

    public void OnFold(int number, IReadOnlyDictionary<string, double> figures) =>
        pump.OnFold(number, figures.Select(figure => KeyValuePair.Create(EvaluationFile.ByFold(plan, figure.Key), figure.Value)));

    /// <exception cref="TrainingPausedException">The job is to be paused, and this is where it goes on.</exception>
    /// <exception cref="EvaluationStoppedException">It is to come to its end.</exception>
    public void OnProgress(Func<EvaluationProgress> progress, long? step)
    {
        StopIfAsked();
        pump.OnEvaluation(() => new EvaluationCheckpoint(model, progress()), step);
    }

    private void StopIfAsked()
    {
        if (pump.Order == TrainingOrder.Finish)
        {
            throw new EvaluationStoppedException();
        }
    }
}
