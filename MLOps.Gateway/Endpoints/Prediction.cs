using MLOps.Contracts.Endpoints;
using MLOps.Inference.Engine;

namespace MLOps.Gateway.Endpoints;

/// <summary>An answer, who gave it, and the id by which an outcome can be attached to it later.</summary>
/// <param name="Times">Of raw rows: ISO 8601, the newest row that each prediction knows; null: there are no times.</param>
internal sealed record Prediction(InferenceResult Result, VariantState Variant, string RequestId, IReadOnlyList<string>? Times = null) : IDisposable
{
    public void Dispose() => Result.Dispose();
}
