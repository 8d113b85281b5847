using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MLOps.Contracts.Endpoints;
using MLOps.Gateway.Endpoints;
using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;
using MLOps.Testing.Onnx;

namespace MLOps.Gateway.Tests.Endpoints;

public sealed class ShadowQueueTests : IDisposable
{
    private readonly InferenceEngine _engine = new();
    private readonly Dictionary<(string Endpoint, string Variant), (long Compared, long Failed, long Dropped)> _ended = [];
    private readonly ServiceProvider _services;
    private readonly ShadowQueue _queue;

    public ShadowQueueTests()
    {
        _services = new ServiceCollection().AddMetrics().AddSingleton(TimeProvider.System).AddSingleton(_engine).AddSingleton<ServingMetrics>().BuildServiceProvider();
        _queue = new ShadowQueue(null!, _services, _services.GetRequiredService<ServingMetrics>(), TimeProvider.System, NullLogger<ShadowQueue>.Instance);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _queue.Dispose();
        _services.Dispose();
        _engine.Dispose();
    }

    [Fact]
    public void Offer_NobodyTakes_DropsAndCountsAndReturnsAtOnce()
    {
        // The pump is not started: as if the shadow stood still.
        var route = Route(sampleRate: 1);
        for (var i = 0; i < 3000; i++)
        {
            Offer(route, BitConverter.GetBytes(1f));
        }

        var counts = Assert.Single(_queue.Take("e"));
        Assert.Equal((0, 3000 - 1024), (counts.Compared, counts.Dropped));
    }

    [Fact]
    public void Offer_LargeTensors_AreBoundedByBytes()
    {
        // Input and answer take 8 MiB and their names: seven fit into 64 MiB, an eighth does not.
        var route = Route(sampleRate: 1);
        var data = new byte[4 << 20];
        for (var i = 0; i < 20; i++)
        {
            Offer(route, data);
        }

        Assert.Equal(20 - 7, Assert.Single(_queue.Take("e")).Dropped);
    }

    /// <summary>Of requests of 8 MiB the queue of the shadow that stands still takes seven; the other, which gets the same copies, is done with each before the next comes.</summary>
    [Fact]
    public async Task Offer_LargeTensorsForAlikeShadows_AreDroppedApartAndGivenBack()
    {
        const int Offers = 20;
        foreach (var name in new[] { "slow", "dark" })
        {
            _engine.Load($"large/{name}/1/0", TinyModels.AddConstant(5, 1), new SessionSettings { Version = 2 });
        }

        using var held = new HeldRuns("large/slow/");
        await _queue.StartAsync(Ct);
        var data = new byte[4 << 20];
        for (var i = 1; i <= Offers; i++)
        {
            Offer(Route(sampleRate: 1, "large", "slow", "dark"), data);
            Assert.Equal((i, 0, 0), await EndedAsync("large", "dark", i));
        }

        Assert.Equal((0, 0, Offers - 7), await EndedAsync("large", "slow", Offers - 7));
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (_queue.HeldBytes >= 8 * 2L * data.Length)
        {
            Assert.False(deadline.IsCancellationRequested, $"Waited a minute for the other shadow to give back its last request: {_queue.HeldBytes} bytes are held.");
            await Task.Delay(5, Ct);
        }

        Assert.InRange(_queue.HeldBytes, 7 * 2L * data.Length, 7 * 2L * data.Length + 1024);
        held.Release();
        Assert.Equal((7, 0, Offers - 7), await EndedAsync("large", "slow", Offers));
        await _queue.DrainAsync(Ct);
        Assert.Equal(0, _queue.HeldBytes);
        await _queue.StopAsync(Ct);
    }

    /// <summary>A copy that two queues hold counts in both, and what finds no place in them is not held.</summary>
    [Fact]
    public async Task Offer_AlikeShadows_HoldWhatIsInTheirQueuesAndGiveItBack()
    {
        foreach (var key in new[] { "f/dark/1/0", "e/one/1/0", "e/two/1/0" })
        {
            _engine.Load(key, TinyModels.AddConstant(5, 1), new SessionSettings { Version = 2 });
        }

        Offer(Route(sampleRate: 1, "f"), BitConverter.GetBytes(1f));
        var single = _queue.HeldBytes;
        for (var i = 0; i < 1024 + 3; i++)
        {
            Offer(Route(sampleRate: 1, "e", "one", "two"), BitConverter.GetBytes(1f));
        }

        Assert.Equal((1 + 2 * 1024) * single, _queue.HeldBytes);
        await _queue.StartAsync(Ct);
        foreach (var name in new[] { "one", "two" })
        {
            Assert.Equal((1024, 0, 3), await EndedAsync("e", name, 1024 + 3));
        }

        await _queue.DrainAsync(Ct);
        Assert.Equal(0, _queue.HeldBytes);
        await _queue.StopAsync(Ct);
    }

    [Fact]
    public void Offer_ShadowsOfOneSource_ShareItsCopy()
    {
        var source = new OtherSource();
        Offer(Route(sampleRate: 1, "e", "one", "two"), BitConverter.GetBytes(1f), source);
        Assert.Equal(1, source.Copies);
    }

    /// <summary>As many endpoints as like may stand still: another one finds room and is compared.</summary>
    [Fact]
    public async Task Offer_OtherEndpointsStandStill_IsCompared()
    {
        _engine.Load("e/dark/1/0", TinyModels.AddConstant(5, 1), new SessionSettings { Version = 2 });
        await _queue.StartAsync(Ct);
        var data = new byte[4 << 20];
        var stuck = new StuckSource();
        for (var endpoint = 0; endpoint < 3; endpoint++)
        {
            for (var i = 0; i < 40; i++)
            {
                Offer(Route(sampleRate: 1, $"stuck-{endpoint}"), data, stuck);
            }
        }

        Offer(Route(sampleRate: 1), data);
        await WithinAMinuteAsync(_queue.DrainAsync("e", Ct), "the drain");

        var counts = Assert.Single(_queue.Take("e"));
        Assert.Equal((1, 0, 0), (counts.Compared, counts.Failed, counts.Dropped));
        var waiting = Enumerable.Range(0, 3).Select(endpoint => 40 - Assert.Single(_queue.Take($"stuck-{endpoint}")).Dropped).ToArray();

        // Each answer has 4 MiB and its names: half of 128 MiB for the first, half of what that leaves for the second, and so on.
        Assert.Equal([15, 8, 4], waiting);
        await _queue.StopAsync(Ct);
    }

    /// <summary>Its inputs came, and its model does not give back the run: more of that endpoint's shadows than this machine has runs.</summary>
    [Fact]
    public async Task Offer_AnotherEndpointHangsInItsRuns_IsCompared()
    {
        string[] hung = [.. Enumerable.Range(0, ShadowQueue.MostRuns + 2).Select(i => $"d{i}")];
        foreach (var key in hung.Select(name => $"hung/{name}/1/0").Append("e/dark/1/0"))
        {
            _engine.Load(key, TinyModels.AddConstant(5, 1), new SessionSettings { Version = 2 });
        }

        using var held = new HeldRuns("hung/");
        await _queue.StartAsync(Ct);
        Offer(Route(sampleRate: 1, "hung", hung), BitConverter.GetBytes(1f));
        await held.ReachedAsync((ShadowQueue.MostRuns + 1) / 2, Ct);
        for (var round = 1; round <= 10; round++)
        {
            Offer(Route(sampleRate: 1), BitConverter.GetBytes(1f));
            Assert.Equal((round, 0, 0), await EndedAsync("e", "dark", round));
        }

        Assert.Empty(_queue.Take("hung"));
        held.Release();
        foreach (var name in hung)
        {
            Assert.Equal((1, 0, 0), await EndedAsync("hung", name, 1));
        }

        await _queue.StopAsync(Ct);
    }

    [Fact]
    public async Task Offer_ASiblingHangsInItsRun_IsCompared()
    {
        _engine.Load("siblings/hung/1/0", TinyModels.AddConstant(5, 1), new SessionSettings { Version = 2 });
        _engine.Load("siblings/dark/1/0", TinyModels.AddConstant(5, 1), new SessionSettings { Version = 2 });
        using var held = new HeldRuns("siblings/hung/");
        await _queue.StartAsync(Ct);
        for (var round = 1; round <= 10; round++)
        {
            Offer(Route(sampleRate: 1, "siblings", "hung", "dark"), BitConverter.GetBytes(1f));
            await held.ReachedAsync(1, Ct);
            Assert.Equal((round, 0, 0), await EndedAsync("siblings", "dark", round));
        }

        held.Release();
        Assert.Equal((10, 0, 0), await EndedAsync("siblings", "hung", 10));
        await _queue.StopAsync(Ct);
    }

    /// <summary>A shadow that stands still costs its sibling neither its place nor its time.</summary>
    [Fact]
    public async Task Offer_ASiblingStandsStill_IsCompared()
    {
        const int Rounds = 12;
        const int Each = 100;
        _engine.Load("e/dark/1/0", TinyModels.AddConstant(5, 1), new SessionSettings { Version = 2 });
        await _queue.StartAsync(Ct);
        for (var round = 1; round <= Rounds; round++)
        {
            for (var i = 0; i < Each; i++)
            {
                Offer(Route(sampleRate: 1, "e", "stuck", "dark"), BitConverter.GetBytes(1f), new StuckSource("stuck"));
            }

            Assert.Equal((round * Each, 0, 0), await EndedAsync("e", "dark", round * Each));
        }

        // Of those for the other 1,024 wait, and one is in hand.
        Assert.Equal((0, 0, Rounds * Each - 1025), await EndedAsync("e", "stuck", Rounds * Each - 1025));
        await _queue.StopAsync(Ct);
    }

    /// <summary>The drain waits for room for its mark, and the shadow goes.</summary>
    [Fact]
    public async Task Drain_TheShadowGoesMeanwhile_CompletesWithWhatWasOffered()
    {
        _engine.Load("e/dark/1/0", TinyModels.AddConstant(5, 1), new SessionSettings { Version = 2 });
        await _queue.StartAsync(Ct);
        var stuck = new StuckSource();
        Offer(Route(sampleRate: 1), BitConverter.GetBytes(1f), stuck);
        await WithinAMinuteAsync(stuck.Reached, "the inputs to be asked for");
        for (var i = 0; i < 1024; i++)
        {
            Offer(Route(sampleRate: 1), BitConverter.GetBytes(1f), stuck);
        }

        var drained = _queue.DrainAsync("e", Ct);
        _queue.Keep("e", null);
        Assert.False(drained.IsCompleted, $"One comparison waits for its inputs, and the drain is {drained.Status}.");
        stuck.Release();
        await WithinAMinuteAsync(drained, "the drain");

        // The one in hand belongs to what was forgotten.
        var counts = Assert.Single(_queue.Take("e"));
        Assert.Equal((1024, 0, 0), (counts.Compared, counts.Failed, counts.Dropped));
        await _queue.StopAsync(Ct);
    }

    /// <param name="waiting">1,024 leave no room for the drain's mark.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(1024)]
    public async Task Drain_TheProcessStopsMeanwhile_Completes(int waiting)
    {
        await _queue.StartAsync(Ct);
        var stuck = new StuckSource();
        Offer(Route(sampleRate: 1), BitConverter.GetBytes(1f), stuck);
        await WithinAMinuteAsync(stuck.Reached, "the inputs to be asked for");
        for (var i = 0; i < waiting; i++)
        {
            Offer(Route(sampleRate: 1), BitConverter.GetBytes(1f), stuck);
        }

        var drained = _queue.DrainAsync(Ct);
        Assert.False(drained.IsCompleted);
        await _queue.StopAsync(Ct);
        await WithinAMinuteAsync(drained, "the drain");
    }

    [Fact]
    public async Task Offer_ShadowOfAnotherSignature_GetsItsOwnInputs()
    {
        _engine.Load("e/dark/1/0", TinyModels.AddConstant(5, 1), new SessionSettings { Version = 2 });
        Offer(Route(sampleRate: 1), BitConverter.GetBytes(10f), new OtherSource());
        await _queue.StartAsync(Ct);
        await _queue.DrainAsync(Ct);

        var output = Assert.Single(Assert.Single(_queue.Take("e")).Outputs);
        Assert.Equal([10.0], output.Live);
        Assert.Equal([105.0], output.Shadow);
    }

    [Fact]
    public async Task Offer_BuffersUsedAgain_ComparesWhatTheCallerSent()
    {
        _engine.Load("e/dark/1/0", TinyModels.AddConstant(5, 1), new SessionSettings { Version = 2 });
        var data = BitConverter.GetBytes(10f);
        Offer(Route(sampleRate: 1), data);
        Array.Fill(data, (byte)0x7F);

        await _queue.StartAsync(Ct);
        await _queue.DrainAsync(Ct);
        var output = Assert.Single(Assert.Single(_queue.Take("e")).Outputs);
        Assert.Equal([10.0], output.Live);
        Assert.Equal([15.0], output.Shadow);
        Assert.Equal(5, output.AbsoluteSum);
        Assert.Empty(_queue.Take("e"));
    }

    [Fact]
    public void Offer_SampleRate_IsTheShareOfRequests()
    {
        var route = Route(sampleRate: 0.25);
        for (var i = 0; i < 20_000; i++)
        {
            Offer(route, BitConverter.GetBytes(1f));
        }

        // 5,000 expected, standard deviation 61; 1,024 of them are queued.
        Assert.InRange(Assert.Single(_queue.Take("e")).Dropped + 1024, 4600, 5400);
    }

    /// <summary>The live answer is the input itself.</summary>
    private void Offer(EndpointRoute route, byte[] data, InputSource? source = null)
    {
        var shape = new long[] { data.Length / 4, 1 };
        using var answer = new InferenceResult([new Tensor("y", TensorDatatype.Fp32, shape, data)], 1);
        _queue.Offer(
            route,
            new PredictionRequest([new Tensor("x", TensorDatatype.Fp32, shape, data)], [], null, null, 0, Source: source, Variant: source is null ? null : route.Main),
            answer);
    }

    private static async Task WithinAMinuteAsync(Task task, string what)
    {
        Assert.True(await Task.WhenAny(task, Task.Delay(TimeSpan.FromMinutes(1), Ct)) == task, $"Waited a minute for {what}.");
        await task;
    }

    /// <summary>Waits until that many of the variant's offers have come to an end, whichever.</summary>
    /// <returns>Since the test began.</returns>
    private async Task<(long Compared, long Failed, long Dropped)> EndedAsync(string endpoint, string variant, long count)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            foreach (var counts in _queue.Take(endpoint))
            {
                var (compared, failed, dropped) = _ended.GetValueOrDefault((endpoint, counts.Variant));
                _ended[(endpoint, counts.Variant)] = (compared + counts.Compared, failed + counts.Failed, dropped + counts.Dropped);
            }

            var ended = _ended.GetValueOrDefault((endpoint, variant));
            if (ended.Compared + ended.Failed + ended.Dropped >= count)
            {
                return ended;
            }

            Assert.False(
                deadline.IsCancellationRequested,
                $"Waited a minute for {count} offers of '{variant}' to come to an end: {ended.Compared} are compared, {ended.Failed} failed and {ended.Dropped} were dropped.");
            await Task.Delay(5, Ct);
        }
    }

    private static EndpointRoute Route(double sampleRate, string endpoint = "e", params string[] shadows) => new(
        new EndpointSnapshot(
            endpoint,
            EndpointStatus.Ready,
            null,
            [
                new VariantState(new VariantSpec("live", "models:/m/1"), "m", 1, "s", null, 1),
                .. (shadows is [] ? ["dark"] : shadows).Select(name => new VariantState(new VariantSpec(name, "models:/m/2", 0, Role: VariantRole.Shadow, SampleRate: sampleRate), "m", 2, "s", null, 1)),
            ],
            1,
            1,
            1,
            null,
            []),
        new EndpointStatistics(),
        null,
        TimeProvider.System);

    /// <summary>Holds the runs of the replicas whose keys begin so: the engine ends its span before it gives the run back.</summary>
    private sealed class HeldRuns : IDisposable
    {
        private readonly ActivityListener _listener;
        private readonly ManualResetEventSlim _released = new();
        private int _held;

        public HeldRuns(string replicas)
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "MLOps.Inference",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = run =>
                {
                    if (run.GetTagItem("mlops.replica") is string replica && replica.StartsWith(replicas, StringComparison.Ordinal))
                    {
                        Interlocked.Increment(ref _held);
                        _released.Wait();
                    }
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public async Task ReachedAsync(int count, CancellationToken cancellationToken)
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while (Volatile.Read(ref _held) < count)
            {
                Assert.False(deadline.IsCancellationRequested, $"Waited a minute for {count} runs to be held: {Volatile.Read(ref _held)} are.");
                await Task.Delay(5, cancellationToken);
            }
        }

        public void Release() => _released.Set();

        /// <summary>The event is not disposed: runs may be about to leave it.</summary>
        public void Dispose()
        {
            Release();
            _listener.Dispose();
        }
    }

    /// <summary>Inputs that do not come until they are released.</summary>
    /// <param name="variant">For which alone; null: for all.</param>
    private sealed class StuckSource(string? variant = null) : InputSource
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override long Bytes => 0;

        /// <summary>Completes when inputs are asked for.</summary>
        public Task Reached => _reached.Task;

        public void Release() => _released.TrySetResult();

        public override bool IsAlike(VariantState one, VariantState other) => variant is not null && other.Spec.Name != variant;

        public override async ValueTask<MadeInputs> MakeAsync(VariantState variant, CancellationToken cancellationToken)
        {
            _reached.TrySetResult();
            await _released.Task.WaitAsync(cancellationToken);
            return new MadeInputs([Tensor.Of<float>("x", [1], 1, 1)]);
        }

        public override ValueTask<bool> FitsAsync(VariantState variant, CancellationToken cancellationToken) => ValueTask.FromResult(true);

        public override InputSource Copy() => this;
    }

    /// <summary>The shadow takes 100.</summary>
    private sealed class OtherSource : InputSource
    {
        public int Copies { get; private set; }

        public override long Bytes => 0;

        public override bool IsAlike(VariantState one, VariantState other) => false;

        public override ValueTask<MadeInputs> MakeAsync(VariantState variant, CancellationToken cancellationToken) =>
            ValueTask.FromResult(new MadeInputs([Tensor.Of<float>("x", [100], 1, 1)]));

        public override ValueTask<bool> FitsAsync(VariantState variant, CancellationToken cancellationToken) => ValueTask.FromResult(true);

        public override InputSource Copy()
        {
            Copies++;
            return this;
        }
    }
}
