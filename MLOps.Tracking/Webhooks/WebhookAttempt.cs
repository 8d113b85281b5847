namespace MLOps.Tracking.Webhooks;

/// <summary>What came of one attempt.</summary>
/// <param name="Status">The receiver's HTTP status; null: it did not answer.</param>
/// <param name="Body">The beginning of its answer.</param>
/// <param name="RetryAfter">How long the receiver asks to be left alone.</param>
/// <param name="Error">Why there was no answer.</param>
/// <param name="Refused">The connection was not made because the address is not public.</param>
internal sealed record WebhookAttempt(int? Status, string? Body, TimeSpan? RetryAfter, string? Error, bool Refused)
{
    /// <summary>The receiver took it. A redirect is not followed, so with one nothing has arrived.</summary>
    public bool Arrived => Status is < 300;

    /// <summary>The same request may succeed later.</summary>
    public bool MayRetry => !Refused && Status is null or 429 or >= 500;

    /// <summary>The outcome in a few words, for the log.</summary>
    public string Outcome => Error ?? $"status {Status}";

    public static WebhookAttempt NoAnswer(string error) => new(null, null, null, error, Refused: false);
}
