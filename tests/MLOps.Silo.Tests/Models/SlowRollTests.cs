using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Silo.Models;
using MLOps.Silo.Tests.Endpoints;
using MLOps.Testing.Onnx;
using MLOps.Tracking;

namespace MLOps.Silo.Tests.Models;

/// <summary>A promotion whose new version takes longer to load than its caller waits. That wait ends when the test says so.</summary>
public sealed class SlowRollTests : IAsyncLifetime
{
    private const string Model = "slow";

    private readonly HeldTime _clock = new(RegisteredModelGrain.Patience);
    private readonly LogRecorder _log = new(LogLevel.Information);
    private readonly FaultyEndpoints _faults = new();
    private readonly SiloFixture _silo;
    private HeldArtifacts? _held;

    public SlowRollTests() => _silo = new SiloFixture
    {
        Configure = services =>
        {
            services.AddSingleton<TimeProvider>(_clock);

            // Orleans keeps the real one.
            services.AddKeyedSingleton<TimeProvider>(KeyedService.AnyKey, (_, _) => TimeProvider.System);
            services.AddSingleton<ILoggerProvider>(_log);
            services.AddSingleton<IIncomingGrainCallFilter>(_faults);
            var real = services.Last(service => service.ServiceType == typeof(IArtifactResolver));
            services.AddSingleton<IArtifactResolver>(provider => _held = new HeldArtifacts((IArtifactResolver)real.ImplementationFactory!(provider), "/held"));
        },
    };

    public static TheoryData<Exception, string> Reasons => new()
    {
        { new MLOpsException(ProblemCode.Unavailable, "no bucket"), "no bucket" },
        { new TimeoutException("lost"), "did not answer" },
        { new OrleansException("silo is gone"), "did not answer" },
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IModelRegistryStore Registry => _silo.Services.GetRequiredService<IModelRegistryStore>();

    private IRegisteredModelGrain Registered => _silo.Grains.GetGrain<IRegisteredModelGrain>(Model);

    public ValueTask InitializeAsync() => _silo.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        _held?.Release();
        return _silo.DisposeAsync();
    }

    [Fact]
    public async Task Transition_NewVersionsLoadForLong_IsAnsweredAndTheEndpointsFollowLater()
    {
        var endpoints = new[] { await ServedAsync("one"), await ServedAsync("two") };
        var promotion = await PromotedWhileHeldAsync(waiting: endpoints.Length);

        // All load at once, none after another; and nothing that waits for them holds up the model.
        Assert.False(promotion.IsCompleted);
        await Registered.SetTagAsync("owner", "ann");
        Assert.Equal(3, (await Registered.CreateVersionAsync(Version("3"))).Version);

        _clock.Pass();
        Assert.Equal((2, ModelStage.Production), ((await promotion).Version, (await promotion).Stage));
        Assert.Contains(_log.Messages, line => line.Contains("did not answer yet: one, two.", StringComparison.Ordinal));
        foreach (var endpoint in endpoints)
        {
            Assert.Equal(1, Assert.Single((await endpoint.GetAsync()).Variants).ModelVersion);
        }

        _held!.Release();
        foreach (var endpoint in endpoints)
        {
            var followed = await SiloFixture.WaitForAsync("the endpoint to follow", endpoint.GetAsync, snapshot => snapshot.Variants[0].ModelVersion == 2);
            Assert.Equal((EndpointStatus.Ready, null), (followed.Status, followed.StatusMessage));
            await KindsAsync(followed, EndpointEventKind.Followed, EndpointEventKind.Deployed);
            await LoggedAsync($"Endpoint {followed.Name} serves revision {followed.Revision}: default={Model} 2");
        }

        Assert.Equal(
            [(1, "Production"), (1, "Archived"), (2, "Production")],
            (await Registry.GetHistoryAsync(Model, new SearchHistory(null, null, 100, null), Ct)).Items.Select(line => (line.Version, line.To)).OrderBy(line => line.Version).ThenByDescending(line => line.To));
    }

    [Fact]
    public async Task Transition_TwiceWhileTheFirstLoads_TheEndpointEndsWithTheSecond()
    {
        var endpoint = await ServedAsync("twice");
        var first = await PromotedWhileHeldAsync(waiting: 1);
        await Registered.CreateVersionAsync(Version(await WriteModelAsync("third")));
        var second = PromoteAsync(3);
        await SiloFixture.WaitForAsync("the second promotion to be durable", () => StageAsync(3), stage => stage == ModelStage.Production);
        _held!.Release();

        Assert.Equal((2, 3), ((await first).Version, (await second).Version));
        Assert.Equal(3, Assert.Single((await endpoint.GetAsync()).Variants).ModelVersion);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Transition_WhileAnEndpointIsDeployed_TheEndpointEndsWithTheNewVersion(bool isNew)
    {
        await Registered.CreateAsync(null, []);
        await Registered.CreateVersionAsync(Version(await WriteModelAsync("held")));
        await Registered.CreateVersionAsync(Version(await WriteModelAsync("second")));
        await PromoteAsync(1);
        var endpoint = _silo.Grains.GetGrain<IEndpointGrain>("made");
        if (!isNew)
        {
            await endpoint.DeployAsync(new EndpointSpec(new[] { new VariantSpec("default", $"models:/{Model}/2") }, null));
        }

        var deployment = endpoint.DeployAsync(new EndpointSpec(new[] { new VariantSpec("default", $"models:/{Model}/Production") }, null));
        await SiloFixture.WaitForAsync("the endpoint to load version 1", () => Task.FromResult(_held!.Waiting), count => count == 1);
        await PromoteAsync(2);
        Assert.False(deployment.IsCompleted);
        _held!.Release();

        Assert.Equal(2, Assert.Single((await deployment).Variants).ModelVersion);
        Assert.Equal(2, Assert.Single((await endpoint.GetAsync()).Variants).ModelVersion);
        Assert.DoesNotContain(_log.Messages, line => line.Contains("failed while it followed", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Reasons), DisableDiscoveryEnumeration = true)]
    public async Task Transition_NewVersionFailsToLoadAfterTheAnswer_StatusAndLogSayIt(Exception reason, string told)
    {
        var endpoint = await ServedAsync("fails");
        var before = (await endpoint.GetAsync()).Revision;
        var promotion = await PromotedWhileHeldAsync(waiting: 1);
        _clock.Pass();
        Assert.Equal(ModelStage.Production, (await promotion).Stage);

        _held!.Fail(reason);
        var failed = await SiloFixture.WaitForAsync("the endpoint to say that it did not follow", endpoint.GetAsync, snapshot => snapshot.StatusMessage is not null);
        Assert.Equal((EndpointStatus.Ready, 1), (failed.Status, Assert.Single(failed.Variants).ModelVersion));
        Assert.StartsWith("Could not follow the registry: ", failed.StatusMessage, StringComparison.Ordinal);
        Assert.Contains(told, failed.StatusMessage, StringComparison.Ordinal);
        await KindsAsync(failed, EndpointEventKind.FollowFailed, EndpointEventKind.Deployed);
        await LoggedAsync($"Endpoint fails keeps serving revision {before}: a deployment failed");
        Assert.Equal(ModelStage.Production, await StageAsync(2));
    }

    [Theory]
    [InlineData(nameof(IEndpointGrain.GetAsync), true, "did not answer model slow, which has changed, yet: it may still be loading")]
    [InlineData(nameof(IEndpointGrain.RefreshAsync), true, "did not answer model slow, which has changed, yet: it may still be loading")]
    [InlineData(nameof(IEndpointGrain.RefreshAsync), false, "failed while it followed model slow, which has changed")]
    public async Task Transition_EndpointDoesNotAnswerOrFails_IsAnsweredAndTheLogSaysWhatIsKnown(string method, bool isLost, string told)
    {
        await ServedAsync("mute");
        await Registered.CreateVersionAsync(Version(await WriteModelAsync("second")));
        _faults.Set(method, isLost ? new TimeoutException("lost") : new InvalidOperationException("a bug"));

        Assert.Equal(ModelStage.Production, (await PromoteAsync(2)).Stage);
        Assert.Contains(_log.Messages, line => line.StartsWith($"Endpoint mute {told}", StringComparison.Ordinal));
    }

    private static CreateModelVersion Version(string source) => new(source, null, null, null, []);

    /// <summary>An endpoint that follows Production, which is version 1.</summary>
    private async Task<IEndpointGrain> ServedAsync(string name)
    {
        if (await Registry.SearchRegisteredModelsAsync(new SearchModels(null, [], 10, null), Ct) is { Items.Count: 0 })
        {
            await Registered.CreateAsync(null, []);
            await Registered.CreateVersionAsync(Version(await WriteModelAsync("first")));
            await PromoteAsync(1);
        }

        var endpoint = _silo.Grains.GetGrain<IEndpointGrain>(name);
        await endpoint.DeployAsync(new EndpointSpec(new[] { new VariantSpec("default", $"models:/{Model}/Production") }, null));
        return endpoint;
    }

    /// <summary>Version 2 is in Production and its caller waits, since that many endpoints are loading it.</summary>
    private async Task<Task<ModelVersion>> PromotedWhileHeldAsync(int waiting)
    {
        await Registered.CreateVersionAsync(Version(await WriteModelAsync("held")));
        var promotion = PromoteAsync(2);
        await SiloFixture.WaitForAsync("the endpoints to load version 2", () => Task.FromResult(_held!.Waiting), count => count == waiting);
        return promotion;
    }

    private async Task<string> WriteModelAsync(string folder)
    {
        await _silo.Artifacts.WriteAsync($"slow/{folder}/model.onnx", new MemoryStream(TinyModels.AddConstant(1, 1)), Ct);
        return ArtifactUri.FromStorePath($"slow/{folder}");
    }

    private Task<ModelVersion> PromoteAsync(int version) => Registered.TransitionStageAsync(new TransitionStage(version, ModelStage.Production, true, "ann", null));

    private async Task<ModelStage> StageAsync(int version) => (await Registry.GetModelVersionAsync(Model, version, Ct)).Stage;

    /// <summary>The history is written, and the log told, after the snapshot that others see.</summary>
    private async Task KindsAsync(EndpointSnapshot endpoint, params EndpointEventKind[] newestFirst)
    {
        var store = _silo.Services.GetRequiredService<IServingStore>();
        await SiloFixture.WaitForAsync(
            $"the history of {endpoint.Name} to be {string.Join(", ", newestFirst)}",
            async () => (await store.GetEventsAsync(endpoint.Name, 10, null, Ct)).Items,
            lines => lines.Select(line => line.Kind).SequenceEqual(newestFirst));
    }

    private async Task LoggedAsync(string line) =>
        await SiloFixture.WaitForAsync($"'{line}' in the log", () => Task.FromResult(_log.Messages), lines => lines.Contains(line));

    /// <summary>Fails one method of all endpoints.</summary>
    private sealed class FaultyEndpoints : IIncomingGrainCallFilter
    {
        private (string Method, Exception Fault)? _fault;

        public void Set(string method, Exception fault) => _fault = (method, fault);

        public Task Invoke(IIncomingGrainCallContext context) =>
            _fault is { } fault && context.InterfaceMethod?.DeclaringType == typeof(IEndpointGrain) && context.InterfaceMethod.Name == fault.Method
                ? throw fault.Fault
                : context.Invoke();
    }
}
