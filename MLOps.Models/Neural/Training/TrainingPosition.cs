namespace MLOps.Models.Neural.Training;

/// <summary>Where a training is, apart from weights, moments and noise.</summary>
/// <param name="Epoch">Epochs that are done.</param>
/// <param name="Batch">Batches of the next one that are done.</param>
/// <param name="Losses">Sums over those batches' rows: the loss, then its parts.</param>
/// <param name="Best">Validation of the best epoch so far.</param>
/// <param name="BestEpoch">0: none yet.</param>
/// <param name="BestWeights">The network after that epoch.</param>
internal sealed record TrainingPosition(
    int Epoch,
    int Batch,
    IReadOnlyList<KeyValuePair<string, double>> Losses,
    Validation Best,
    int BestEpoch,
    IReadOnlyDictionary<string, byte[]> BestWeights)
{
    public static TrainingPosition Start { get; } = new(0, 0, [], Validation.None, 0, new Dictionary<string, byte[]>());
}
