using MLOps.Contracts.Endpoints;
using MLOps.Inference.Engine;

namespace MLOps.Gateway.Endpoints;

/// <summary>An answer and who gave it.</summary>
internal sealed record Prediction(InferenceResult Result, VariantState Variant) : IDisposable
{
    public void Dispose() => Result.Dispose();
}
