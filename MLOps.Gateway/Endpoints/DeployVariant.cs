using MLOps.Contracts.Endpoints;

namespace MLOps.Gateway.Endpoints;

/// <summary>One variant of a deployment. <c>role</c>: live (default) or shadow.</summary>
internal sealed record DeployVariant(
    string? Name,
    string? ModelUri,
    double? Weight,
    int? Replicas,
    int? Threads,
    string? Role = null,
    double? SampleRate = null,
    long? MemoryBytes = null)
{
    public VariantSpec ToSpec()
    {
        var role = Role switch
        {
            null or "live" => VariantRole.Live,
            "shadow" => VariantRole.Shadow,
            _ => throw DeployRequest.Invalid($"role of variant '{Name}' must be live or shadow."),
        };
        return new VariantSpec(
            Name ?? throw DeployRequest.Invalid("a variant has no name."),
            ModelUri ?? throw DeployRequest.Invalid($"variant '{Name}' has no model_uri."),
            Weight ?? (role == VariantRole.Live ? 1 : 0),
            Replicas ?? 1,
            Threads ?? 1,
            role,
            SampleRate ?? 1,
            MemoryBytes ?? 0);
    }
}
