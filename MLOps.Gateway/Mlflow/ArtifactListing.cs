using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <param name="Root">The location.</param>
/// <param name="Files">What lies in it, by paths relative to it.</param>
internal sealed record ArtifactListing(string Root, IReadOnlyList<ArtifactEntry> Files);
