using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;
using MLOps.Testing.Onnx;

namespace MLOps.Inference.Tests.Batching;

public sealed class MicroBatcherTests : IDisposable
{
    private static readonly SessionSettings Batched = new() { MaxBatch = 16 };

    private readonly RecordingObserver _observer = new();
    private readonly InferenceEngine _engine;

    public MicroBatcherTests() => _engine = new InferenceEngine(new InferenceEngineOptions(), observer: _observer);

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task TryInferAsync_ManyCallers_EachGetsItsOwnRows()
    {
        _engine.Load("m", TinyModels.Mlp(), Batched);
        var waited = 0;
        await CallAsync(async (caller, call) =>
        {
            var rows = (call % 3) + 1;
            var values = Enumerable.Range(0, rows * 3).Select(i => (float)((caller * 100) + call + i)).ToArray();
            using var result = await InferAsync(A.Tensor("x", [rows, 3], values));
            Assert.Equal([rows, 1L], result.Outputs[0].Shape);
            Assert.Equal(values.Chunk(3).Select(row => (2 * (row.Sum() + 0.5f)) + 0.5f), A.Floats(result.Outputs[0]));
            Interlocked.Add(ref waited, result.Waited > TimeSpan.Zero ? 1 : 0);
        });
        Assert.Empty(_observer.Degraded);

        // Whoever was answered together with others was in the queue before.
        Assert.True(waited >= _engine.BatchedRequests("m"), $"{waited} of {_engine.BatchedRequests("m")} requests have waited.");
    }

    [Fact]
    public async Task TryInferAsync_SeveralInputsAndChosenOutputs_AreSliced()
    {
        _engine.Load("m", TinyModels.SumAndDifference(), Batched);
        await CallAsync(async (caller, call) =>
        {
            using var result = (await _engine.TryInferAsync("m", [A.Tensor("a", [1], caller), A.Tensor("b", [1], call)], call % 2 == 0 ? ["difference"] : null))!;
            Assert.Equal([(float)caller - call], A.Floats(result.Outputs[^1]));
            Assert.Equal(call % 2 == 0 ? 1 : 2, result.Outputs.Count);
        });
    }

    [Fact]
    public async Task TryInferAsync_OneCallersBadValues_FailNobodyElse()
    {
        _engine.Load("m", StepModels.Lookup(10, 11, 12), Batched);
        await CallAsync(async (caller, call) =>
        {
            var index = (caller + call) % 5;
            var request = Tensor.Of<long>("x", [index], 1);
            if (index > 2)
            {
                Assert.Equal(InferenceError.InvalidRequest, (await Assert.ThrowsAsync<InferenceException>(() => InferAsync(request))).Error);
                return;
            }

            using var result = await InferAsync(request);
            Assert.Equal([10f + index], A.Floats(result.Outputs[0]));
        });
    }

    [Fact]
    public async Task TryInferAsync_ShapesThatDoNotGoTogether_AreStillAnswered()
    {
        _engine.Load("m", TinyModels.Identity(TinyModels.FloatElements, -1, -1), Batched);
        await CallAsync(async (caller, call) =>
        {
            var width = (caller % 3) + 1;
            var values = Enumerable.Repeat((float)call, width).ToArray();
            using var result = await InferAsync(A.Tensor("x", [1, width], values));
            Assert.Equal(values, A.Floats(result.Outputs[0]));
        });
    }

    [Fact]
    public async Task TryInferAsync_ModelThatMixesRows_IsFoundOutAndAnswersRight()
    {
        _engine.Load("m", StepModels.Places(), Batched);
        await CallAsync(async (caller, call) =>
        {
            using var result = await InferAsync(A.Tensor("x", [1, 2], caller + 1, call + 1));
            Assert.Equal([0, 0, 0, 1], result.Outputs[0].Values<long>().ToArray());
        }, () => !_observer.Degraded.IsEmpty);
        Assert.Contains("no longer batched", Assert.Single(_observer.Degraded), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TryInferAsync_WhileTheModelIsSwapped_FailsNoRequest()
    {
        _engine.Load("m", TinyModels.AddConstant(1, 1), Batched with { Version = 1 });
        var swaps = Task.Run(() =>
        {
            for (var i = 1; i <= 20; i++)
            {
                _engine.Load("m", TinyModels.AddConstant((i % 2) + 1, 1), Batched with { Version = (i % 2) + 1 });
            }
        }, TestContext.Current.CancellationToken);
        await CallAsync(async (caller, _) =>
        {
            using var result = await InferAsync(A.Tensor("x", [1, 1], caller));
            Assert.Equal(caller + result.Version, A.Floats(result.Outputs[0])[0]);
        }, () => swaps.IsCompleted);
        await swaps;
    }

    [Fact]
    public void Load_ModelWithoutABatchDimension_SaysWhichTensor()
    {
        var exception = Assert.Throws<InferenceException>(() => _engine.Load("m", TinyModels.Identity(TinyModels.FloatElements, 1, 4), Batched));
        Assert.Equal(InferenceError.InvalidModel, exception.Error);
        Assert.Contains("'x' is FP32 [1,4]", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TryInferAsync_NothingLoaded_IsNull() =>
        Assert.Null(await _engine.TryInferAsync("none", [A.Tensor("x", [1, 1], 1)], null));

    /// <summary>Twelve callers on as many threads as there are, 200 calls each, again and again until some calls were answered together.</summary>
    private async Task CallAsync(Func<int, int, Task> call, Func<bool>? done = null)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        do
        {
            Assert.False(deadline.IsCancellationRequested, "Waited 120 s for calls that meet in the queue.");
            await Task.WhenAll(Enumerable.Range(0, 12).Select(caller => Task.Run(async () =>
            {
                for (var i = 0; i < 200; i++)
                {
                    await call(caller, i);
                }
            }, TestContext.Current.CancellationToken)));
        }
        while (!(done?.Invoke() ?? _engine.BatchedRequests("m") > 0));
    }

    private async Task<InferenceResult> InferAsync(Tensor input) => (await _engine.TryInferAsync("m", [input], null))!;
}
