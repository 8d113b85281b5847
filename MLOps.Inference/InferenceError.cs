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

    /// <summary>Another request is at the same thing: repeat after its answer.</summary>
    Conflict,

    /// <summary>A bound of the engine is reached: its memory budget, or its number of sequences.</summary>
    Exhausted,

    /// <summary>The execution provider that is required is not there.</summary>
    ProviderMissing,

    /// <summary>There is no such model, file or entry where the engine was told to look.</summary>
    NotFound,

    /// <summary>A configuration file says what cannot be.</summary>
    InvalidConfiguration,

    /// <summary>An extension of a protocol that is known and not offered.</summary>
    NotOffered,
}
