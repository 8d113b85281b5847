using Microsoft.Extensions.Options;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Tracking;

namespace MLOps.Silo.Models;

/// <summary>The rule "no Production without Staging and a passed validation", when it is switched on.
/// A rollback is not asked: its target has been in Production.</summary>
internal sealed class PromotionRule(IModelRegistryStore store, IOptions<RegistryOptions> options)
{
    /// <summary>The tag of a version that says how its validation ended. A retraining policy sets it, or whoever has looked at the version's validation metrics: they have no bounds that would fit every model.</summary>
    public const string ValidationTag = "mlops.validation";

    /// <summary>The value of the tag that lets a version pass.</summary>
    public const string Passed = "passed";

    /// <exception cref="MLOpsException">InvalidState: the version lacks what the rule demands; the message says what. NotFound: no such version.</exception>
    public async Task CheckAsync(string name, TransitionStage command)
    {
        if (!options.Value.RequireStagingAndValidation || command.Stage != ModelStage.Production)
        {
            return;
        }

        var version = await store.GetModelVersionAsync(name, command.Version);
        if (!await store.HasBeenInStageAsync(name, command.Version, ModelStage.Staging))
        {
            throw Refused(name, command.Version, "it has never been in Staging. Move it there first");
        }

        var validation = version.Tags.Where(tag => tag.Key == ValidationTag).Select(tag => tag.Value).FirstOrDefault();
        if (validation != Passed)
        {
            throw Refused(name, command.Version, $"its tag {ValidationTag} is {(validation is null ? "not set" : $"'{validation}'")}. Look at GET /mlops/metrics/validation?model={Uri.EscapeDataString(name)}&version={command.Version} and set the tag to '{Passed}' if it is good enough");
        }
    }

    private static MLOpsException Refused(string name, int version, string lack) => new(
        ProblemCode.InvalidState,
        $"Version {version} of the model '{name}' cannot go to Production: {lack}. The registry demands Staging and a passed validation ({RegistryOptions.SectionName}:{nameof(RegistryOptions.RequireStagingAndValidation)}).");
}
