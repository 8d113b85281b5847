using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Models;
using MLOps.Silo.Models;
using MLOps.Testing.Onnx;
using MLOps.Tracking;
using MLOps.Tracking.Serving;

namespace MLOps.Silo.Tests.Endpoints;

/// <summary>The registry is changed beneath the platform, as by an MLflow server at the same database or by a silo that died before it told anybody.</summary>
public sealed class FollowTests : IAsyncLifetime
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly SiloFixture _silo = new() { Settings = { [$"{RegistryOptions.SectionName}:{nameof(RegistryOptions.FollowInterval)}"] = Interval.ToString() } };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IModelRegistryStore Registry => _silo.Services.GetRequiredService<IModelRegistryStore>();

    public ValueTask InitializeAsync() => _silo.InitializeAsync();

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task Stage_ChangedByAnother_IsFollowed()
    {
        var endpoint = await ServedAsync("staged", "models:/staged/Production");
        await MoveAsync("staged", 2, ModelStage.Production);
        await VersionAsync(endpoint, 2);
        await KindsAsync("staged", EndpointEventKind.Followed, EndpointEventKind.Deployed);
    }

    [Fact]
    public async Task Alias_ChangedByAnother_IsFollowed()
    {
        await RegisterAsync("aliased", TinyModels.AddConstant(1, 1), TinyModels.AddConstant(2, 1));
        await Registry.SetAliasAsync("aliased", "champion", 1, cancellationToken: Ct);
        var endpoint = _silo.Grains.GetGrain<IEndpointGrain>("aliased");
        await endpoint.DeployAsync(new EndpointSpec(new[] { new VariantSpec("default", "models:/aliased@champion") }, null));
        await Registry.SetAliasAsync("aliased", "champion", 2, cancellationToken: Ct);
        await VersionAsync(endpoint, 2);
    }

    /// <summary>A version that cannot be loaded is complained about once, however often it is tried; what comes after it is followed.</summary>
    [Fact]
    public async Task Version_ThatCannotBeLoaded_IsSaidOnce()
    {
        var endpoint = await ServedAsync("broken", "models:/broken/Production", [1, 2, 3]);
        await MoveAsync("broken", 2, ModelStage.Production);
        var failed = await ComplaintAsync(endpoint);
        Assert.Equal(1, failed.Variants[0].ModelVersion);
        await KindsAsync("broken", EndpointEventKind.FollowFailed, EndpointEventKind.Deployed);
        await Task.Delay(10 * Interval, Ct);
        await KindsAsync("broken", EndpointEventKind.FollowFailed, EndpointEventKind.Deployed);

        await RegisterAsync("broken", TinyModels.AddConstant(3, 1));
        await MoveAsync("broken", 3, ModelStage.Production);
        await VersionAsync(endpoint, 3);
        Assert.Null((await endpoint.GetAsync()).StatusMessage);
    }

    /// <summary>As when the store of artifacts was away for a while: nobody has to say that it is back.</summary>
    [Fact]
    public async Task Version_ThatCanBeLoadedLater_IsServedThen()
    {
        var endpoint = await ServedAsync("late", "models:/late/Production", [1, 2, 3]);
        await MoveAsync("late", 2, ModelStage.Production);
        var failed = await ComplaintAsync(endpoint);
        Assert.Equal(1, failed.Variants[0].ModelVersion);
        var second = await Registry.GetModelVersionAsync("late", 2, Ct);
        await _silo.Artifacts.WriteAsync($"{ArtifactUri.ToStorePath(second.Source)}/model.onnx", new MemoryStream(TinyModels.AddConstant(2, 1)), Ct);
        await VersionAsync(endpoint, 2);
        Assert.Null((await endpoint.GetAsync()).StatusMessage);
        await KindsAsync("late", EndpointEventKind.Followed, EndpointEventKind.FollowFailed, EndpointEventKind.Deployed);
    }

    [Fact]
    public async Task Stage_WithoutAVersion_IsSaidOnce()
    {
        var endpoint = await ServedAsync("emptied", "models:/emptied/Production");
        await MoveAsync("emptied", 1, ModelStage.Archived);
        var failed = await ComplaintAsync(endpoint);
        Assert.Contains("no version in stage Production", failed.StatusMessage, StringComparison.Ordinal);
        await KindsAsync("emptied", EndpointEventKind.FollowFailed, EndpointEventKind.Deployed);
        await Task.Delay(10 * Interval, Ct);
        await KindsAsync("emptied", EndpointEventKind.FollowFailed, EndpointEventKind.Deployed);
    }

    /// <summary>The registry says again what is served all the time: then nothing is wrong any more.</summary>
    [Fact]
    public async Task Stage_ThatComesBack_TakesTheComplaintAway()
    {
        var endpoint = await ServedAsync("back", "models:/back/Production");
        await MoveAsync("back", 1, ModelStage.Archived);
        await ComplaintAsync(endpoint);
        await MoveAsync("back", 1, ModelStage.Production);
        var well = await SiloFixture.WaitForAsync("the endpoint to be content", endpoint.GetAsync, snapshot => snapshot.StatusMessage is null);
        Assert.Equal((EndpointStatus.Ready, 1), (well.Status, well.Variants[0].ModelVersion));
    }

    [Fact]
    public async Task Endpoint_OfAVersion_OrUnloaded_StaysAsItIs()
    {
        var pinned = await ServedAsync("pinned", "models:/pinned/1");
        var unloaded = await ServedAsync("put-away", "models:/put-away/Production");
        await unloaded.UnloadAsync();
        await MoveAsync("pinned", 2, ModelStage.Production);
        await MoveAsync("put-away", 2, ModelStage.Production);
        await Task.Delay(10 * Interval, Ct);
        Assert.Equal(1, (await pinned.GetAsync()).Variants[0].ModelVersion);
        Assert.Equal((EndpointStatus.Unloaded, 1), ((await unloaded.GetAsync()).Status, (await unloaded.GetAsync()).Variants[0].ModelVersion));
    }

    [Theory]
    [InlineData("-00:00:01", false)]
    [InlineData("1.00:00:01", false)]
    [InlineData("00:00:00", true)]
    [InlineData("1.00:00:00", true)]
    public void Interval_OutOfRange_IsRefusedByItsKey(string interval, bool isGood)
    {
        var result = new RegistryOptionsValidator().Validate(null, new RegistryOptions { FollowInterval = TimeSpan.Parse(interval, System.Globalization.CultureInfo.InvariantCulture) });
        Assert.Equal(isGood, result.Succeeded);
        Assert.Equal(!isGood, result.FailureMessage?.StartsWith("MLOps:Registry:FollowInterval is ", StringComparison.Ordinal) ?? false);
    }

    /// <summary>An endpoint of a model with two versions, the first in Production.</summary>
    private async Task<IEndpointGrain> ServedAsync(string name, string uri, byte[]? second = null)
    {
        await RegisterAsync(name, TinyModels.AddConstant(1, 1), second ?? TinyModels.AddConstant(2, 1));
        await MoveAsync(name, 1, ModelStage.Production);
        var endpoint = _silo.Grains.GetGrain<IEndpointGrain>(name);
        await endpoint.DeployAsync(new EndpointSpec(new[] { new VariantSpec("default", uri) }, null));
        return endpoint;
    }

    private async Task RegisterAsync(string name, params byte[][] models)
    {
        var registered = _silo.Grains.GetGrain<IRegisteredModelGrain>(name);
        if ((await Registry.SearchRegisteredModelsAsync(new SearchModels($"name = '{name}'", [], 1, null), Ct)).Items.Count == 0)
        {
            await registered.CreateAsync(null, []);
        }

        foreach (var model in models)
        {
            var folder = $"follow/{name}/{Guid.NewGuid():n}";
            await _silo.Artifacts.WriteAsync($"{folder}/model.onnx", new MemoryStream(model), Ct);
            await registered.CreateVersionAsync(new CreateModelVersion(ArtifactUri.FromStorePath(folder), null, null, null, []));
        }
    }

    /// <summary>Past the model's grain, which would tell the endpoint.</summary>
    private Task<ModelVersion> MoveAsync(string name, int version, ModelStage stage) => Registry.TransitionStageAsync(name, new TransitionStage(version, stage, stage == ModelStage.Production, "another program", null), Ct);

    private static Task<EndpointSnapshot> ComplaintAsync(IEndpointGrain endpoint) =>
        SiloFixture.WaitForAsync("the endpoint to say that it did not follow", endpoint.GetAsync, snapshot => snapshot.StatusMessage is not null);

    private static Task<EndpointSnapshot> VersionAsync(IEndpointGrain endpoint, int version) =>
        SiloFixture.WaitForAsync($"the endpoint to serve version {version}", endpoint.GetAsync, snapshot => snapshot.Variants[0].ModelVersion == version);

    /// <summary>The history is written after the snapshot that others see: it is waited for, and what it holds then has to be these lines and no others.</summary>
    private async Task KindsAsync(string endpoint, params EndpointEventKind[] newestFirst)
    {
        var store = _silo.Services.GetRequiredService<IServingStore>();
        var lines = await SiloFixture.WaitForAsync(
            $"the history of {endpoint} to hold {newestFirst.Length} lines",
            async () => (await store.GetEventsAsync(endpoint, 10, null, Ct)).Items,
            lines => lines.Count >= newestFirst.Length);
        Assert.Equal(newestFirst, lines.Select(line => line.Kind));
    }
}
