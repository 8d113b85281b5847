namespace MLOps.Testing;

/// <summary>One request as it reached the receiver.</summary>
public sealed record ReceivedCall(string Path, IReadOnlyDictionary<string, string> Headers, string Body);
