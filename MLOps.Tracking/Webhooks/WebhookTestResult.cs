namespace MLOps.Tracking.Webhooks;

/// <summary>How a test delivery went.</summary>
/// <param name="Success">The receiver took it: it answered with a status below 300 (a redirect is not followed).</param>
/// <param name="ResponseStatus">The HTTP status; null: there was no answer.</param>
/// <param name="ResponseBody">The answer's body, at most 64 KiB of it; null: there was no answer.</param>
/// <param name="ErrorMessage">Why there was no answer; null: there was one.</param>
public sealed record WebhookTestResult(bool Success, int? ResponseStatus, string? ResponseBody, string? ErrorMessage);
