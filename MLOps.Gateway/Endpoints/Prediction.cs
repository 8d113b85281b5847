using MLOps.Contracts.Endpoints;
using MLOps.Inference.Engine;

namespace MLOps.Gateway.Endpoints;

/// <summary>An answer, who gave it, and the id by which an outcome can be attached to it later.</summary>
internal sealed record Prediction(InferenceResult Result, VariantState Variant, string RequestId) : IDisposable
{
    public void Dispose() => Result.Dispose();
}
