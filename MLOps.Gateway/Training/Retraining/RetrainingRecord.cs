namespace MLOps.Gateway.Training.Retraining;

/// <summary>One training of a policy.</summary>
/// <param name="Step"><c>training</c>, <c>validating</c>, <c>staging</c>, <c>canary</c>, then <c>succeeded</c>, <c>rejected</c> or <c>failed</c>.</param>
/// <param name="Current">The version that it was compared with.</param>
/// <param name="Figure">The new version's figure on the validation rows.</param>
internal sealed record RetrainingRecord(
    string JobId,
    string Reason,
    string Step,
    string ModelName,
    int DatasetVersion,
    int? Version,
    int? Current,
    double? Figure,
    double? CurrentFigure,
    string? Message,
    long StartTime,
    long? EndTime)
{
    public static RetrainingRecord Of(Contracts.Training.Retraining training) => new(
        training.JobId,
        training.Reason,
        training.Step.ToString().ToLowerInvariant(),
        training.ModelName,
        training.DatasetVersion,
        training.Version,
        training.Current,
        training.Figure,
        training.CurrentFigure,
        training.Message,
        training.StartTime,
        training.EndTime);
}
