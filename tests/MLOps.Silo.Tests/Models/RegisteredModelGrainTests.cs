using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Testing.Onnx;
using MLOps.Tracking;

namespace MLOps.Silo.Tests.Models;

public sealed class RegisteredModelGrainTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IModelRegistryStore Registry => silo.Services.GetRequiredService<IModelRegistryStore>();

    [Fact]
    public async Task CreateVersion_ManyAtOnce_NumbersAreConsecutive()
    {
        const int Count = 20;
        var model = await CreateAsync("numbers");
        var versions = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => model.CreateVersionAsync(Version("s3://b/k"))));
        Assert.Equal(Enumerable.Range(1, Count), versions.Select(version => version.Version).Order());
    }

    [Fact]
    public async Task CreateVersion_AfterADelete_NeverReusesANumber()
    {
        var model = await CreateAsync("reuse");
        await model.CreateVersionAsync(Version("s3://b/1"));
        await model.CreateVersionAsync(Version("s3://b/2"));
        await model.DeleteVersionAsync(2);
        Assert.Equal(3, (await model.CreateVersionAsync(Version("s3://b/3"))).Version);
    }

    [Fact]
    public async Task Create_NameTaken_ThrowsAlreadyExists()
    {
        var model = await CreateAsync("taken");
        var exception = await Assert.ThrowsAsync<MLOpsException>(() => model.CreateAsync(null, []));
        Assert.Equal(ProblemCode.AlreadyExists, exception.Code);
    }

    [Fact]
    public async Task Transition_ToProduction_ArchivesThePreviousAndIsInTheHistory()
    {
        var model = await CreateAsync("stages");
        await model.CreateVersionAsync(Version("s3://b/1"));
        await model.CreateVersionAsync(Version("s3://b/2"));
        await model.TransitionStageAsync(new TransitionStage(1, ModelStage.Production, true, "ann", null));
        await model.TransitionStageAsync(new TransitionStage(2, ModelStage.Production, true, "bob", "beats 1"));

        Assert.Equal(ModelStage.Archived, (await Registry.GetModelVersionAsync("stages", 1, Ct)).Stage);
        Assert.Equal(ModelStage.Production, (await Registry.GetModelVersionAsync("stages", 2, Ct)).Stage);
        var history = (await Registry.GetHistoryAsync("stages", new SearchHistory(null, null, 100, null), Ct)).Items;
        Assert.Equal(3, history.Count);
        Assert.Contains(history, line => line is { Version: 2, To: "Production", By: "bob", Comment: "beats 1" });
        Assert.Contains(history, line => line is { Version: 1, From: "Production", To: "Archived" });
    }

    [Fact]
    public async Task Transition_EndpointFollowsTheStage_ServesTheNewVersionAtOnce()
    {
        var model = await CreateAsync("followed");
        await PromoteAsync(model, await WriteModelAsync("followed/1", TinyModels.AddConstant(1, 1)));
        var stage = await DeployAsync("by-stage", "models:/followed/Production");
        var pinned = await DeployAsync("pinned", "models:/followed/1");
        var revision = (await pinned.GetAsync()).Revision;

        await PromoteAsync(model, await WriteModelAsync("followed/2", TinyModels.AddConstant(2, 1)));

        Assert.Equal(2, Assert.Single((await stage.GetAsync()).Variants).ModelVersion);
        Assert.Equal(1, Assert.Single((await pinned.GetAsync()).Variants).ModelVersion);
        Assert.Equal(revision, (await pinned.GetAsync()).Revision);
    }

    [Fact]
    public async Task Rollback_EndpointFollowsTheStage_ServesThePreviousVersionAgain()
    {
        var model = await CreateAsync("undone");
        await PromoteAsync(model, await WriteModelAsync("undone/1", TinyModels.AddConstant(1, 1)));
        await PromoteAsync(model, await WriteModelAsync("undone/2", TinyModels.AddConstant(2, 1)));
        var endpoint = await DeployAsync("undone", "models:/undone/Production");
        var rollback = await model.RollbackAsync(new ChangeNote("ann", "drifts"));
        Assert.Equal((1, 2), (rollback.Restored.Version, Assert.Single(rollback.Archived).Version));
        Assert.Equal(1, Assert.Single((await endpoint.GetAsync()).Variants).ModelVersion);
    }

    [Fact]
    public async Task SetAlias_EndpointFollowsTheAlias_ServesTheNewVersionAtOnce()
    {
        var model = await CreateAsync("aliased");
        await model.CreateVersionAsync(Version(await WriteModelAsync("aliased/1", TinyModels.AddConstant(1, 1))));
        await model.CreateVersionAsync(Version(await WriteModelAsync("aliased/2", TinyModels.AddConstant(2, 1))));
        await model.SetAliasAsync("champion", 1);
        var endpoint = await DeployAsync("by-alias", "models:/aliased@champion");
        await model.SetAliasAsync("champion", 2);
        Assert.Equal(2, Assert.Single((await endpoint.GetAsync()).Variants).ModelVersion);
    }

    [Fact]
    public async Task Transition_NewVersionCannotBeLoaded_IsKeptAndTheEndpointServesTheOld()
    {
        var model = await CreateAsync("broken");
        await PromoteAsync(model, await WriteModelAsync("broken/1", TinyModels.AddConstant(1, 1)));
        var endpoint = await DeployAsync("stays", "models:/broken/Production");

        await PromoteAsync(model, await WriteModelAsync("broken/2", "garbage"u8.ToArray()));

        Assert.Equal(ModelStage.Production, (await Registry.GetModelVersionAsync("broken", 2, Ct)).Stage);
        var snapshot = await endpoint.GetAsync();
        Assert.Equal(1, Assert.Single(snapshot.Variants).ModelVersion);
        Assert.False(string.IsNullOrEmpty(snapshot.StatusMessage));
    }

    private static CreateModelVersion Version(string source) => new(source, null, null, null, []);

    private static async Task PromoteAsync(IRegisteredModelGrain model, string source)
    {
        var version = await model.CreateVersionAsync(Version(source));
        await model.TransitionStageAsync(new TransitionStage(version.Version, ModelStage.Production, true, "test", null));
    }

    private async Task<IRegisteredModelGrain> CreateAsync(string name)
    {
        var model = silo.Grains.GetGrain<IRegisteredModelGrain>(name);
        await model.CreateAsync(null, []);
        return model;
    }

    private async Task<string> WriteModelAsync(string folder, byte[] onnx)
    {
        await silo.Artifacts.WriteAsync($"{folder}/model.onnx", new MemoryStream(onnx), Ct);
        return ArtifactUri.FromStorePath(folder);
    }

    private async Task<IEndpointGrain> DeployAsync(string name, string modelUri)
    {
        var endpoint = silo.Grains.GetGrain<IEndpointGrain>(name);
        await endpoint.DeployAsync(new EndpointSpec(new[] { new VariantSpec("default", modelUri) }, null));
        return endpoint;
    }
}
