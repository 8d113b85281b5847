namespace MLOps.Gateway.Endpoints;

/// <summary>What became of the outcomes.</summary>
/// <param name="Duplicates">Those that were there already.</param>
/// <param name="Conflicting">Request ids whose metric has another value already: the first one stands.</param>
/// <param name="Unknown">Request ids that are not kept.</param>
internal sealed record FeedbackResponse(int Accepted, int Duplicates, IReadOnlyList<string> Conflicting, IReadOnlyList<string> Unknown);
