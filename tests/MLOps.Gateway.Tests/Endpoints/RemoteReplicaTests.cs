using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MLOps.Connections;
using MLOps.Connections.Links;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Endpoints;
using MLOps.Inference.Codecs;
using MLOps.Inference.Engine;
using MLOps.Inference.Sequences;
using MLOps.Inference.Tensors;
using MLOps.Silo.Endpoints;
using MLOps.Testing.Onnx;
using MLOps.Tracking;

namespace MLOps.Gateway.Tests.Endpoints;

/// <summary>A gateway whose replicas are in other processes: how it reaches them, and that callers see no difference.</summary>
public sealed class RemoteReplicaTests : IAsyncDisposable
{
    private const int LinkTooLarge = 100 << 20;

    private readonly CountedCalls _grainCalls = new();
    private RemoteSilos? _silos;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private LinkClient Links => _silos!.Gateway.GetRequiredService<LinkClient>();

    private EndpointInvoker Invoker => _silos!.Gateway.GetRequiredService<EndpointInvoker>();

    private InferenceEngine Engine => _silos!.Cluster.Silos[0].ServiceProvider.GetRequiredService<InferenceEngine>();

    public ValueTask DisposeAsync() => _silos?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Calls_OfALoadedReplica_GoOverLinks()
    {
        await StartAsync();
        await DeployAsync("e", TinyModels.AddConstant(1, 1));
        await LinkedAsync("e", 11);
        var before = _grainCalls.Count;
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(11 + i, await InferAsync("e", 10 + i));
        }

        // One that came before the last one's link was free again goes the other way.
        Assert.InRange(_grainCalls.Count - before, 0, 20);
    }

    [Fact]
    public async Task Silo_WithoutLinks_IsAskedByGrainCalls()
    {
        await StartAsync(links: false);
        await DeployAsync("e", TinyModels.AddConstant(1, 1));
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(11, await InferAsync("e", 10));
        }

        Assert.Equal((0, 50), (Links.Count, _grainCalls.Count));
    }

    [Fact]
    public async Task Refusals_OverALink_AreThoseOfTheGrain()
    {
        await StartAsync();
        await DeployAsync("e", TinyModels.AddConstant(1, 1));
        async Task<(ProblemCode, string)> RefusedAsync()
        {
            var twoColumns = new Tensor("x", TensorDatatype.Fp32, [1, 2], new byte[8]);
            var refused = await Assert.ThrowsAsync<MLOpsException>(async () => await Invoker.InferAsync("e", new PredictionRequest([twoColumns], [], null, null, 0), Ct));
            return (refused.Code, refused.Message);
        }

        var byGrain = await RefusedAsync();
        Assert.Equal((0, 1), (Links.Count, _grainCalls.Count));
        await LinkedAsync("e", 11);
        var calls = _grainCalls.Count;
        var overLink = await RefusedAsync();
        for (var i = 0; i < 10 && _grainCalls.Count > calls; i++)
        {
            calls = _grainCalls.Count;
            overLink = await RefusedAsync();
        }

        Assert.Equal((calls, ProblemCode.InvalidArgument), (_grainCalls.Count, overLink.Item1));
        Assert.Equal(byGrain, overLink);
    }

    /// <summary>A model that had to make room for another one is loaded again by its grain.</summary>
    [Fact]
    public async Task Replica_ThatIsNotLoadedAnyMore_IsLoadedAgain()
    {
        await StartAsync();
        await DeployAsync("e", TinyModels.AddConstant(1, 1));
        await LinkedAsync("e", 11);
        for (var i = 0; i < 5; i++)
        {
            Engine.Unload(Assert.Single(Engine.Keys));
            Assert.Equal(11, await InferAsync("e", 10));
            Assert.Single(Engine.Keys);
        }
    }

    [Fact]
    public async Task Version_DeployedAnew_AnswersFromThenOn()
    {
        await StartAsync();
        await DeployAsync("e", TinyModels.AddConstant(1, 1));
        await LinkedAsync("e", 11);
        await DeployAsync("e", TinyModels.AddConstant(2, 1));
        await LinkedAsync("e", 12);
        var before = _grainCalls.Count;
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(12, await InferAsync("e", 10));
        }

        Assert.InRange(_grainCalls.Count - before, 0, 10);
    }

    [Fact]
    public async Task Steps_OfASequence_KeepTheirStateByWhicheverWayTheyCome()
    {
        await StartAsync();
        await DeployAsync("e", StepModels.RunningSum());
        var step = 0;
        while (step - _grainCalls.Count < 50)
        {
            step++;
            Assert.Equal(step, await InferAsync("e", 1, new SequenceStep("s", step == 1, false)));
            Assert.InRange(step, 0, 100_000);
        }

        Assert.InRange(_grainCalls.Count, 1, step);
    }

    /// <summary>A link that ends before the answer came: a step may have been run, and is not run again; anything else is.</summary>
    [Fact]
    public async Task Request_WhoseLinkEnds_IsRepeatedUnlessItIsAStep()
    {
        await StartAsync();
        await DeployAsync("e", TinyModels.AddConstant(1, 1));
        using var sockets = new SocketConnections(Options.Create(new ConnectionOptions()), Options.Create(new SocketTransportOptions()), TimeProvider.System, NullLoggerFactory.Instance);
        var asked = 0;
        await using var ends = await LinkServer.StartAsync(
            sockets,
            new IPEndPoint(IPAddress.Loopback, 0),
            IPAddress.Loopback,
            _ =>
            {
                asked++;
                throw new IOException("The process goes.");
            },
            TimeProvider.System,
            NullLogger.Instance);
        var replicas = _silos!.Gateway.GetRequiredService<ReplicaCalls>();
        var replica = Engine.Keys.Single();
        var message = TensorMessageCodec.Encode([new Tensor("x", TensorDatatype.Fp32, [1, 1], BitConverter.GetBytes(10f))]);
        foreach (var mayRepeat in (bool[])[true, false])
        {
            await FreeAsync(ends);
            replicas.Learn(replica, ends.Address);
            var (calls, requests) = (_grainCalls.Count, asked);
            if (mayRepeat)
            {
                var answer = await replicas.InferAsync(replica, message, mayRepeat);
                Assert.Equal(11f, BitConverter.ToSingle(TensorMessageCodec.Decode(answer.Payload).Tensors[0].Data.Span));
            }
            else
            {
                await Assert.ThrowsAsync<SiloUnavailableException>(() => replicas.InferAsync(replica, message, mayRepeat));
            }

            Assert.Equal((mayRepeat ? 1 : 0, 1), (_grainCalls.Count - calls, asked - requests));
        }
    }

    /// <summary>Waits until a link to that server is free.</summary>
    private async Task FreeAsync(LinkServer server)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (Links.Count == 0)
        {
            if (Links.TryCall(server.Address, new LinkRequest("", new byte[LinkTooLarge]), out _))
            {
                Assert.Fail("A request that is too large for a link was sent.");
            }

            Assert.False(deadline.IsCancellationRequested, "Waited for a link.");
            await Task.Delay(20, Ct);
        }
    }

    /// <summary>A silo that is gone answers somewhere else when it is asked again; a model that takes too long would only be run more often.</summary>
    [Fact]
    public async Task Replica_ThatStaysSilent_IsAskedTwice()
    {
        await StartAsync(links: false);
        await DeployAsync("e", TinyModels.AddConstant(1, 1));
        _grainCalls.Failure = new TimeoutException("Response did not arrive on time.");
        var refused = await Assert.ThrowsAsync<MLOpsException>(() => InferAsync("e", 10));
        Assert.Equal((ProblemCode.DeadlineExceeded, 2), (refused.Code, _grainCalls.Count));
        Assert.Contains("version 1 has not answered", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Requests of some size at the same time, each with its own answer.</summary>
    [Fact]
    public async Task ManyCalls_AtOnce_GetTheirOwnAnswers()
    {
        await StartAsync();
        const int Columns = 20_000;
        await DeployAsync("e", TinyModels.AddConstant(1, Columns));
        await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(
            async () =>
            {
                for (var i = 0; i < 40; i++)
                {
                    var values = Enumerable.Range(0, Columns).Select(column => (float)(caller + (i * column))).ToArray();
                    var input = new Tensor("x", TensorDatatype.Fp32, [1, Columns], System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
                    using var prediction = await Invoker.InferAsync("e", new PredictionRequest([input], [], null, null, 0), Ct);
                    var answer = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(prediction.Result.Outputs[0].Data.Span).ToArray();
                    Assert.Equal(values.Select(value => value + 1), answer);
                }
            },
            Ct)));
        Assert.InRange(_grainCalls.Count, 1, 16 * 40 / 2);
    }

    private async Task StartAsync(bool links = true) => _silos = await RemoteSilos.StartAsync(
        1,
        silo => silo.Configure<InferenceOptions>(options => options.Links = links),
        client => client.AddOutgoingGrainCallFilter(_grainCalls));

    private async Task DeployAsync(string name, byte[] model)
    {
        var folder = Guid.NewGuid().ToString("N");
        await _silos!.Stores.GetRequiredService<IArtifactStore>().WriteAsync($"{folder}/model.onnx", new MemoryStream(model), Ct);
        var registry = _silos.Stores.GetRequiredService<IModelRegistryStore>();
        if ((await registry.SearchRegisteredModelsAsync(new SearchModels($"name = '{name}'", [], 1, null), Ct)).Items.Count == 0)
        {
            await registry.CreateRegisteredModelAsync(name, null, [], Ct);
        }

        var version = await registry.CreateModelVersionAsync(name, new CreateModelVersion($"mlflow-artifacts:/{folder}", null, null, null, []), Ct);
        await _silos!.Cluster.Client.GetGrain<IEndpointGrain>(name).DeployAsync(new EndpointSpec(new[] { new VariantSpec("v", $"models:/{name}/{version.Version}") }, null));
    }

    /// <summary>Waits until the endpoint answers so, over a link.</summary>
    private async Task LinkedAsync(string endpoint, float answer)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            var before = _grainCalls.Count;
            if (await InferAsync(endpoint, 10) == answer && _grainCalls.Count == before)
            {
                return;
            }

            Assert.False(deadline.IsCancellationRequested, $"Waited for '{endpoint}' to answer {answer} over a link: there are {Links.Count} of them.");
            await Task.Delay(5, Ct);
        }
    }

    private async Task<float> InferAsync(string endpoint, float value, SequenceStep? step = null)
    {
        var input = new Tensor("x", TensorDatatype.Fp32, [1, 1], BitConverter.GetBytes(value));
        using var prediction = await Invoker.InferAsync(endpoint, new PredictionRequest([input], [], null, null, 0) { Sequence = step }, Ct);
        return BitConverter.ToSingle(prediction.Result.Outputs[0].Data.Span);
    }

    /// <summary>How often a replica was asked by a grain call.</summary>
    private sealed class CountedCalls : IOutgoingGrainCallFilter
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        /// <summary>What becomes of every call; null: it is made.</summary>
        public Exception? Failure { get; set; }

        public Task Invoke(IOutgoingGrainCallContext context)
        {
            if (context is { InterfaceMethod.Name: nameof(IModelReplicaGrain.InferAsync) })
            {
                Interlocked.Increment(ref _count);
                if (Failure is { } failure)
                {
                    return Task.FromException(failure);
                }
            }

            return context.Invoke();
        }
    }
}
