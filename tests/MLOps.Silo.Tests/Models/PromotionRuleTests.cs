using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Silo.Models;

namespace MLOps.Silo.Tests.Models;

/// <summary>The rule "no Production without Staging and a passed validation", switched on.</summary>
public sealed class PromotionRuleTests : IAsyncLifetime
{
    private readonly SiloFixture _silo = new() { Configure = services => services.Configure<RegistryOptions>(options => options.RequireStagingAndValidation = true) };

    public ValueTask InitializeAsync() => _silo.InitializeAsync();

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task Transition_ToProduction_NeedsStagingAndThenAPassedValidation()
    {
        var model = await WithVersionAsync("ruled");
        Assert.Contains("never been in Staging", (await RefusedAsync(model)).Message, StringComparison.Ordinal);

        await MoveAsync(model, ModelStage.Staging);
        Assert.Contains("mlops.validation is not set", (await RefusedAsync(model)).Message, StringComparison.Ordinal);

        await model.SetVersionTagAsync(1, PromotionRule.ValidationTag, "failed");
        Assert.Contains("'failed'", (await RefusedAsync(model)).Message, StringComparison.Ordinal);

        await model.SetVersionTagAsync(1, PromotionRule.ValidationTag, PromotionRule.Passed);

        // It need not be in Staging still.
        await MoveAsync(model, ModelStage.Archived);
        Assert.Equal(ModelStage.Production, (await MoveAsync(model, ModelStage.Production)).Stage);
    }

    [Fact]
    public async Task Rollback_ToAVersionThatLostItsValidation_IsNotHeldUp()
    {
        var model = await WithVersionAsync("back");
        await model.CreateVersionAsync(new CreateModelVersion("s3://b/2", null, null, null, []));
        foreach (var version in (int[])[1, 2])
        {
            await model.SetVersionTagAsync(version, PromotionRule.ValidationTag, PromotionRule.Passed);
            await MoveAsync(model, ModelStage.Staging, version);
            await MoveAsync(model, ModelStage.Production, version);
        }

        await model.DeleteVersionTagAsync(1, PromotionRule.ValidationTag);
        Assert.Equal(1, (await model.RollbackAsync()).Restored.Version);
    }

    [Fact]
    public async Task Transition_OfAnUnknownVersion_IsNotFound()
    {
        var model = await WithVersionAsync("unknown");
        Assert.Equal(ProblemCode.NotFound, (await Assert.ThrowsAsync<MLOpsException>(() => MoveAsync(model, ModelStage.Production, 7))).Code);
    }

    private static async Task<MLOpsException> RefusedAsync(IRegisteredModelGrain model)
    {
        var refusal = await Assert.ThrowsAsync<MLOpsException>(() => MoveAsync(model, ModelStage.Production));
        Assert.Equal(ProblemCode.InvalidState, refusal.Code);
        return refusal;
    }

    private static Task<ModelVersion> MoveAsync(IRegisteredModelGrain model, ModelStage stage, int version = 1) =>
        model.TransitionStageAsync(new TransitionStage(version, stage, stage == ModelStage.Production, "test", null));

    private async Task<IRegisteredModelGrain> WithVersionAsync(string name)
    {
        var model = _silo.Grains.GetGrain<IRegisteredModelGrain>(name);
        await model.CreateAsync(null, []);
        await model.CreateVersionAsync(new CreateModelVersion("s3://b/1", null, null, null, []));
        return model;
    }
}
