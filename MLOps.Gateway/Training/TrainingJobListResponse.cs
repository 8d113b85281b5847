namespace MLOps.Gateway.Training;

internal sealed record TrainingJobListResponse(IReadOnlyList<TrainingJobResponse> Jobs);
