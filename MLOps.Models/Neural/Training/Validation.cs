namespace MLOps.Models.Neural.Training;

/// <param name="Loss">What decides which epoch is best and when to stop: smaller is better; reported as <c>val_loss</c>.</param>
/// <param name="Metrics">Further figures, by the names they are reported under.</param>
internal sealed record Validation(double Loss, params IReadOnlyList<KeyValuePair<string, double>> Metrics)
{
    public static Validation None { get; } = new(double.PositiveInfinity);
}
