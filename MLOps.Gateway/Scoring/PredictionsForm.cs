namespace MLOps.Gateway.Scoring;

/// <summary>How predictions are laid out.</summary>
internal enum PredictionsForm
{
    /// <summary>One output: its nested list; several: an object of them. Beside it who answered.</summary>
    Platform = 0,

    /// <summary>As MLflow's ONNX flavor answers tensors: an object of outputs by name.</summary>
    Tensors,

    /// <summary>As MLflow's ONNX flavor answers data frames: an object for each row.</summary>
    Records,
}
