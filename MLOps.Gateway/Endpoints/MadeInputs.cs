using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Endpoints;

/// <summary>Inputs that were made for one variant.</summary>
/// <param name="Part">What of them is news.</param>
/// <param name="AreSteps">Whether each batch row is a step of one sequence of its own.</param>
/// <param name="Times">ISO 8601, the newest row that each prediction knows; null: they have no times.</param>
internal sealed record MadeInputs(IReadOnlyList<Tensor> Tensors, RequestPart Part = RequestPart.All, bool AreSteps = false, IReadOnlyList<string>? Times = null);
