using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Endpoints;

/// <summary>Body of a deployment: <c>model_uri</c> for one variant, or <c>variants</c>.</summary>
internal sealed record DeployRequest(string? Endpoint, string? ModelUri, IReadOnlyList<DeployVariant?>? Variants, string? Description)
{
    private const string OnlyVariant = "default";

    /// <exception cref="MLOpsException">InvalidArgument: names the field.</exception>
    public EndpointSpec ToSpec()
    {
        if (ModelUri is null == Variants is null)
        {
            throw Invalid("exactly one of model_uri and variants is needed.");
        }

        VariantSpec[] variants = Variants is null
            ? [new VariantSpec(OnlyVariant, ModelUri!)]
            : [.. Variants.Select((variant, i) => variant is null ? throw Invalid($"variants[{i}] is null: expected {{\"name\", \"model_uri\"}}.") : new VariantSpec(
                variant.Name ?? throw Invalid("a variant has no name."),
                variant.ModelUri ?? throw Invalid($"variant '{variant.Name}' has no model_uri."),
                variant.Weight ?? 1,
                variant.Replicas ?? 1,
                variant.Threads ?? 1))];
        return new EndpointSpec(variants, Description);
    }

    private static MLOpsException Invalid(string message) => new(ProblemCode.InvalidArgument, message);
}

/// <summary>One variant of a deployment.</summary>
internal sealed record DeployVariant(string? Name, string? ModelUri, double? Weight, int? Replicas, int? Threads);
