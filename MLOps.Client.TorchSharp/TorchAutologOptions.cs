using static TorchSharp.torch;

namespace MLOps.Client.Autologging;

/// <summary>What a training logs by itself.</summary>
public sealed record TorchAutologOptions
{
    /// <summary>Whether anything is logged. Null: as MLFLOW_AUTO_LOG_PYTORCH says, which is no when it is not set.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Every how many steps the step's loss is logged; 0: only the epochs' means. Default 1.</summary>
    public int EveryNSteps { get; init; } = 1;

    /// <summary>A batch of the shape that the model is trained on. It is passed through the model once, without gradients, so that the summary can say each layer's output shape. Null: it cannot.</summary>
    public Tensor? ExampleInput { get; init; }

    /// <summary>Where the summary goes among the run's artifacts.</summary>
    public string SummaryPath { get; init; } = "model_summary.txt";
}
