using MLOps.Inference.Engine;
using MLOps.Inference.Sources;
using MLOps.Testing;
using MLOps.Testing.Onnx;

namespace MLOps.Inference.Tests.Engine;

public sealed class EvictionTests : IDisposable
{
    private static readonly byte[] Model = TinyModels.AddConstant(1, 1);

    private readonly RecordingObserver _observer = new();
    private readonly ManualTime _time = new();
    private readonly InferenceEngine _engine;

    /// <summary>Room for two.</summary>
    public EvictionTests() => _engine = new InferenceEngine(new InferenceEngineOptions { MemoryBudget = 2 * MemoryEstimate.Of(Model.Length) }, _time, _observer);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Load_OverTheBudget_EvictsWhatWasNotUsedForLongest()
    {
        Load("a");
        Load("b");
        Use("a");
        Load("c");
        Assert.Equal(["b"], _observer.Evicted);
        Assert.False(_engine.TryInfer("b", [A.Tensor("x", [1, 1], 1)], null, out _));
        Assert.Equal(["a", "c"], _engine.Keys.Order());
        Assert.Equal(2 * MemoryEstimate.Of(Model.Length), _engine.LoadedBytes);

        // The owner loads it again, and now a is the oldest.
        Load("b");
        Assert.Equal(["b", "a"], _observer.Evicted);
        Use("b");
    }

    [Fact]
    public void Load_TheSameKeyAgain_NeedsNoRoomBesideItself()
    {
        Load("a");
        Load("b");
        Load("b");
        Assert.Empty(_observer.Evicted);
        _engine.Unload("a");
        _engine.Unload("b");
        Assert.Equal(0, _engine.LoadedBytes);
    }

    [Fact]
    public void Load_LargerThanTheBudget_IsRefusedAndEvictsNothing()
    {
        using var small = new InferenceEngine(new InferenceEngineOptions { MemoryBudget = 1 << 20 }, _time, _observer);
        var exception = Assert.Throws<InferenceException>(() => small.Load("a", Model, new SessionSettings()));
        Assert.Equal(InferenceError.Exhausted, exception.Error);
        Assert.Contains("memory budget of 1 MiB", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, small.LoadedBytes);
    }

    [Fact]
    public void Load_BrokenModel_GivesTheRoomBack()
    {
        Assert.Throws<InferenceException>(() => _engine.Load("a", "nothing"u8.ToArray(), new SessionSettings()));
        Assert.Equal(0, _engine.LoadedBytes);
    }

    [Fact]
    public void Load_HeldByPreparedCalls_IsNotEvicted()
    {
        Load("a");
        Load("b");
        using (_engine.Prepare("a", [PreparedTensor.Of("x", 1, 1)]))
        using (_engine.Prepare("b", [PreparedTensor.Of("x", 1, 1)]))
        {
            Assert.Equal(InferenceError.Exhausted, Assert.Throws<InferenceException>(() => Load("c")).Error);
        }

        Load("c");
        Assert.Single(_observer.Evicted);
    }

    [Fact]
    public void Load_SwappedBeneathAPreparedCall_IsNotEvictedBeforeItsFirstRun()
    {
        Load("a");
        using var call = _engine.Prepare("a", [PreparedTensor.Of("x", 1, 1)]);
        Load("a");
        Load("b");
        Load("c");
        Assert.Equal(["b"], _observer.Evicted);
        call.Run();
    }

    [Fact]
    public async Task Prepare_WhileOthersEvict_GivesACallThatRunsOrNone()
    {
        using var done = new CancellationTokenSource();
        var evicting = Task.Run(() =>
        {
            for (var i = 0; i < 400; i++)
            {
                // Whether there is room depends on the other thread; either way it goes on.
                try
                {
                    _engine.Load($"other{i % 3}", Model, new SessionSettings { WarmUp = false });
                }
                catch (InferenceException exception) when (exception.Error == InferenceError.Exhausted)
                {
                    continue;
                }
            }

            done.Cancel();
        }, Ct);
        var prepared = 0;
        while (!done.IsCancellationRequested || prepared == 0)
        {
            _engine.Load("a", Model, new SessionSettings { WarmUp = false });
            PreparedCall call;
            try
            {
                call = _engine.Prepare("a", [PreparedTensor.Of("x", 1, 1)]);
            }
            catch (InferenceException exception) when (exception.Error == InferenceError.NotLoaded)
            {
                continue;
            }

            using (call)
            {
                call.Run();
                prepared++;
            }
        }

        await evicting;
        Assert.True(prepared > 0);
    }

    [Fact]
    public async Task InferAsync_EvictedModelWithASource_IsLoadedAgain()
    {
        var sources = Enumerable.Range(0, 3).Select(i => new CountingSource(TinyModels.AddConstant(i, 1))).ToArray();
        for (var i = 0; i < sources.Length; i++)
        {
            await _engine.LoadModelAsync($"m{i}", sources[i], cancellationToken: Ct);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["m0"], _observer.Evicted);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < sources.Length; i++)
            {
                using var result = await _engine.InferAsync($"m{i}", [10], 1, 1);
                Assert.Equal(10f + i, A.Floats(result.Outputs[0])[0]);
                Assert.Equal(7, result.Version);
                _time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        Assert.All(sources, source => Assert.True(source.Reads > 1));
        Assert.Equal(InferenceError.NotLoaded, (await Assert.ThrowsAsync<InferenceException>(async () => await _engine.InferAsync("m9", [10], 1, 1))).Error);
    }

    [Fact]
    public async Task InferAsync_ManyWantTheEvictedModel_ItIsReadOnce()
    {
        var source = new CountingSource(Model);
        await _engine.LoadModelAsync("a", source, cancellationToken: Ct);
        _time.Advance(TimeSpan.FromSeconds(1));
        Load("b");
        Load("c");
        Assert.Equal("a", _observer.Evicted.First());
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () => (await _engine.InferAsync("a", [1], 1, 1)).Dispose(), Ct)));
        Assert.Equal(2, source.Reads);
    }

    private void Load(string key)
    {
        _engine.Load(key, Model, new SessionSettings());
        _time.Advance(TimeSpan.FromSeconds(1));
    }

    private void Use(string key)
    {
        using var result = _engine.Infer(key, [1], 1, 1);
        Assert.Equal([2f], A.Floats(result.Outputs[0]));
        _time.Advance(TimeSpan.FromSeconds(1));
    }

    private sealed class CountingSource(byte[] model) : IModelSource
    {
        private int _reads;

        public int Reads => _reads;

        public Task<ModelContent> ReadAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _reads);
            return Task.FromResult(new ModelContent(model, 7));
        }
    }
}
