namespace MLOps.Tracking.Serving;

/// <summary>What became of a batch of outcomes.</summary>
/// <param name="Accepted">New ones.</param>
/// <param name="Duplicates">Those that were there already.</param>
/// <param name="Conflicting">Ids whose metric has another value already: the first one stands.</param>
/// <param name="Unknown">Ids of requests that are not kept.</param>
public sealed record FeedbackResult(int Accepted, int Duplicates, IReadOnlyList<string> Conflicting, IReadOnlyList<string> Unknown);
