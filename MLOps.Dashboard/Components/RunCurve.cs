namespace MLOps.Dashboard.Components;

/// <summary>A run to draw.</summary>
/// <param name="IsLive">Whether values still arrive.</param>
public sealed record RunCurve(string RunId, string Name, bool IsLive);
