namespace MLOps.Models.Catalog;

/// <summary>Hears how a training goes. Called on the training thread.</summary>
public interface ITrainingObserver
{
    /// <summary>Metrics of one epoch or iteration.</summary>
    void OnMetrics(long step, IReadOnlyList<KeyValuePair<string, double>> metrics);

    /// <param name="fraction">0..1.</param>
    /// <param name="message">What it is doing now.</param>
    void OnProgress(double fraction, string message);

    /// <summary>The training could go on from here in another process. Called after the step's metrics.</summary>
    /// <param name="step">The last step that is done.</param>
    /// <param name="content">Makes what <see cref="TrainingRequest.Checkpoint"/> takes. Called before this method returns, or never: not every checkpoint is worth keeping.</param>
    void OnCheckpoint(long step, Func<byte[]> content);

    /// <summary>Whether to come to the end now, with the best that there is so far: a person has stopped the training. A model asks before each epoch, as soon as it has something
    /// worth keeping, also right after it has read a checkpoint; a training that never asks is cancelled instead.</summary>
    bool IsToFinish() => false;
}
