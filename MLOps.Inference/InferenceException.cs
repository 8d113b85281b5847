namespace MLOps.Inference;

/// <summary>A refusal of the engine or of a codec. The message is meant for the caller.</summary>
public sealed class InferenceException : Exception
{
    public InferenceException(InferenceError error, string message, Exception? innerException = null)
        : base(message, innerException) => Error = error;

    public InferenceError Error { get; }

    internal static InferenceException Invalid(string message) => new(InferenceError.InvalidRequest, message);

    internal static InferenceException NotOffered(string message) => new(InferenceError.NotOffered, message);

    internal static InferenceException TooLarge(string message) => new(InferenceError.TooLarge, message);
}
