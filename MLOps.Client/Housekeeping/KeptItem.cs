namespace MLOps.Client.Housekeeping;

/// <param name="Kind"><c>run</c> or <c>experiment</c>.</param>
/// <param name="Reason">Why it stays, and what to do.</param>
public sealed record KeptItem(string Kind, string Id, string Name, string Reason);
