namespace MLOps.Tracking.Tests.Webhooks;

/// <summary>One request as it reached the receiver.</summary>
internal sealed record ReceivedCall(string Path, IReadOnlyDictionary<string, string> Headers, string Body);
