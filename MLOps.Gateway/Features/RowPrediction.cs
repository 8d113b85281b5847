using MLOps.Gateway.Endpoints;

namespace MLOps.Gateway.Features;

/// <param name="Times">ISO 8601, the newest row that each prediction knows; null: the rows have no times.</param>
internal sealed record RowPrediction(Prediction Prediction, IReadOnlyList<string>? Times);
