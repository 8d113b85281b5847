using MLOps.Gateway.Endpoints;

namespace MLOps.Gateway.OpenInference;

/// <summary>What was seen of one version behind an endpoint.</summary>
/// <param name="Name">The endpoint, which is the protocol's model.</param>
/// <param name="Model">The registered model: two of them behind one endpoint may have the same version number.</param>
internal sealed record ServedStatistics(string Name, string Version, string Model, VersionStatistics Statistics);
