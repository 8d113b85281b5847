namespace MLOps.Models.Neural.Training;

/// <summary>How a training ended; the network has the weights of the best epoch.</summary>
/// <param name="Best">The best epoch's validation figures.</param>
/// <param name="Epochs">Epochs that were trained.</param>
internal sealed record NeuralTraining(Validation Best, int BestEpoch, int Epochs);
