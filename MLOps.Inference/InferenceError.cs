namespace MLOps.Inference;

/// <summary>What kind of problem an <see cref="InferenceException"/> reports.</summary>
public enum InferenceError
{
    /// <summary>The request is malformed or does not fit the model.</summary>
    InvalidRequest = 0,

    /// <summary>The request, or what it expands to, is over the size limit.</summary>
    TooLarge,

    /// <summary>No model is loaded under that key.</summary>
    NotLoaded,

    /// <summary>The bytes are no ONNX model that may be loaded.</summary>
    InvalidModel,
}
