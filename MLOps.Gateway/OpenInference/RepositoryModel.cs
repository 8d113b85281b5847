namespace MLOps.Gateway.OpenInference;

/// <summary>One line of the repository's index.</summary>
/// <param name="State"><c>READY</c> or <c>UNAVAILABLE</c>.</param>
/// <param name="Reason">Why it is so; empty when there is nothing to say.</param>
internal sealed record RepositoryModel(string Name, string Version, string State, string Reason);
