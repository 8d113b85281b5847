using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Endpoints;

/// <summary>Body of a deployment: <c>model_uri</c> for one variant, or <c>variants</c>; and how traffic gets to them.
/// <c>running_canary</c>: what becomes of a canary that runs: end (default), keep, or refuse the deployment.</summary>
internal sealed record DeployRequest(
    string? Endpoint,
    string? ModelUri,
    IReadOnlyList<DeployVariant?>? Variants,
    string? Description,
    DeployCanary? Canary = null,
    DeployAbTest? AbTest = null,
    DeployLimits? Limits = null,
    DeployCapture? Capture = null,
    string? RunningCanary = null)
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
            : [.. Variants.Select((variant, i) => variant?.ToSpec() ?? throw Invalid($"variants[{i}] is null: expected {{\"name\", \"model_uri\"}}."))];
        return new EndpointSpec(variants, Description, Canary?.ToSpec(), AbTest?.ToSpec(), Limits?.ToLimits(), Capture?.ToSpec());
    }

    /// <exception cref="MLOpsException">InvalidArgument: another word.</exception>
    public RunningCanary ToRunningCanary() => RunningCanary switch
    {
        null or "end" => Contracts.Endpoints.RunningCanary.End,
        "keep" => Contracts.Endpoints.RunningCanary.Keep,
        "refuse" => Contracts.Endpoints.RunningCanary.Refuse,
        _ => throw Invalid("running_canary must be end, keep or refuse."),
    };

    internal static MLOpsException Invalid(string message) => new(ProblemCode.InvalidArgument, message);
}
