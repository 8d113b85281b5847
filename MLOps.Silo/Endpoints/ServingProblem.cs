using MLOps.Contracts.Problems;
using MLOps.Inference;

namespace MLOps.Silo.Endpoints;

/// <summary>The engine's refusals in the platform's one error vocabulary, which crosses processes.</summary>
internal static class ServingProblem
{
    public static MLOpsException Of(InferenceException exception) => new(
        exception.Error switch
        {
            InferenceError.NotLoaded => ProblemCode.Unavailable,
            InferenceError.InvalidModel => ProblemCode.Internal,
            InferenceError.Conflict => ProblemCode.Conflict,
            InferenceError.Exhausted => ProblemCode.ResourceExhausted,
            InferenceError.ProviderMissing => ProblemCode.InvalidState,
            InferenceError.TooLarge => ProblemCode.TooLarge,
            InferenceError.NotOffered => ProblemCode.NotImplemented,
            _ => ProblemCode.InvalidArgument,
        },
        exception.Message);
}
