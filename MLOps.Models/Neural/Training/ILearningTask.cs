using static TorchSharp.torch;

namespace MLOps.Models.Neural.Training;

/// <summary>What is to be learnt, as the trainer sees it: a network, rows to draw batches from, a loss, and a figure on rows that the weights never see.</summary>
internal interface ILearningTask
{
    nn.Module Network { get; }

    /// <summary>Rows to train on; a batch is some of their indices.</summary>
    int Rows { get; }

    /// <summary>The loss of a batch, with its graph for the gradient.</summary>
    /// <param name="rows">Indices [batch], int64.</param>
    /// <param name="moment">How far the training is, and where random draws come from: a draw from anywhere else breaks resuming.</param>
    BatchLoss Loss(Tensor rows, TrainingMoment moment);

    /// <summary>How good the network is now. Called after each epoch, in evaluation mode and without gradients; must draw nothing random.</summary>
    Validation Validate();
}
