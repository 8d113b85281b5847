using static TorchSharp.torch;

namespace MLOps.Models.Neural.Training;

/// <param name="Total">What is minimised, a scalar: the mean over the batch's rows.</param>
/// <param name="Parts">What it is made of, to be reported as the epoch's mean (<c>train_kl</c>); the same names in the same order each time.</param>
internal sealed record BatchLoss(Tensor Total, params IReadOnlyList<(string Name, Tensor Value)> Parts);
