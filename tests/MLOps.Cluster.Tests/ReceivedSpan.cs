namespace MLOps.Cluster.Tests;

/// <summary>A span as it was exported.</summary>
/// <param name="Service">The program that exported it.</param>
/// <param name="Scope">The source that made it.</param>
/// <param name="Parent">Id of the span it belongs to; empty: none.</param>
internal sealed record ReceivedSpan(string Service, string Scope, string Name, string Trace, string Id, string Parent);
