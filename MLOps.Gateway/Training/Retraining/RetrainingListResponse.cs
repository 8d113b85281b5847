namespace MLOps.Gateway.Training.Retraining;

internal sealed record RetrainingListResponse(IReadOnlyList<RetrainingResponse> Policies);
