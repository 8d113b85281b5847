using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;
using MLOps.Testing.Onnx;

namespace MLOps.Inference.Tests.Engine;

/// <summary>Calls over memory that is bound once must answer as any other call.</summary>
public sealed class BoundCallTests : IDisposable
{
    private readonly InferenceEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Infer_ShapeThatDependsOnTheValues_IsRightEveryTime()
    {
        _engine.Load("m", StepModels.NonZero(), new SessionSettings());
        foreach (float[] values in (float[][])[[0, 0, 0, 0], [1, 0, 0, 1], [0, 0, 0, 0], [1, 1, 1, 1], [0, 5, 0, 0]])
        {
            using var result = _engine.Infer("m", values, 4);
            Assert.Equal([.. Enumerable.Range(0, 4).Where(i => values[i] != 0).Select(i => (long)i)], result.Outputs[0].Values<long>().ToArray());
        }
    }

    [Fact]
    public void Infer_OutputsThatNoNodeMakes_AreRightEveryTime()
    {
        _engine.Load("m", StepModels.PassThrough(), new SessionSettings());
        for (var call = 1; call < 5; call++)
        {
            using var result = _engine.Infer("m", [call, -call], 2);
            Assert.Equal([call, -call], result.Outputs[0].Values<float>().ToArray());
            Assert.Equal([3, 4], result.Outputs[1].Values<float>().ToArray());
            Assert.Equal([2 * call, -2 * call], result.Outputs[2].Values<float>().ToArray());
        }
    }

    [Fact]
    public void Infer_ManyAnswersAtATime_KeepTheirValues()
    {
        _engine.Load("m", TinyModels.AddConstant(1, 2), new SessionSettings());
        var results = Enumerable.Range(0, 200).Select(i => _engine.Infer("m", [i, -i], 1, 2)).ToArray();
        for (var i = 0; i < results.Length; i++)
        {
            Assert.Equal([i + 1f, 1f - i], results[i].Outputs[0].Values<float>().ToArray());
        }

        foreach (var result in results)
        {
            result.Dispose();
            result.Dispose();
        }

        using var later = _engine.Infer("m", [5, 6], 1, 2);
        Assert.Equal([6f, 7f], later.Outputs[0].Values<float>().ToArray());
    }

    [Fact]
    public void Infer_InputsInAnotherOrderAndSomeOutputs_AreRight()
    {
        _engine.Load("m", TinyModels.SumAndDifference(), new SessionSettings());
        for (var call = 0; call < 3; call++)
        {
            using var result = _engine.Infer("m", [A.Tensor("b", [1], 2), A.Tensor("a", [1], 5)], ["difference"]);
            Assert.Equal([3f], A.Floats(Assert.Single(result.Outputs)));
        }
    }

    [Fact]
    public void Dispose_OfAResultAfterItsModelWentAway_IsFine()
    {
        _engine.Load("m", TinyModels.AddConstant(1, 1), new SessionSettings());
        var result = _engine.Infer("m", [1], 1, 1);
        Assert.True(_engine.Unload("m"));
        Assert.Equal([2f], result.Outputs[0].Values<float>().ToArray());
        result.Dispose();
        Assert.Throws<ObjectDisposedException>(() => result.Outputs);
    }

    [Fact]
    public void Infer_BoundShape_AllocatesTheResultAlone()
    {
        _engine.Load("m", TinyModels.Mlp(), new SessionSettings());
        Tensor[] inputs = [A.Tensor("x", [1, 3], 1, 2, 3)];
        Call(1000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Call(1000);
        var perCall = (GC.GetAllocatedBytesForCurrentThread() - before) / 1000.0;
        Assert.True(perCall <= 48, $"A call allocated {perCall} bytes: expected the InferenceResult alone.");

        void Call(int times)
        {
            for (var i = 0; i < times; i++)
            {
                _engine.Infer("m", inputs).Dispose();
            }
        }
    }

    [Fact]
    public void Infer_SeveralThreads_SharesThePool()
    {
        var observer = new RecordingObserver();
        using var engine = new InferenceEngine(new InferenceEngineOptions { SharedThreads = 2 }, observer: observer);
        engine.Load("m", TinyModels.Mlp(), new SessionSettings { IntraOpThreads = 2 });
        using var result = engine.Infer("m", [1, 2, 3], 1, 3);
        Assert.Equal([13.5f], result.Outputs[0].Values<float>().ToArray());
        Assert.Empty(observer.Degraded);
    }

    [Theory]
    [InlineData(ExecutionProvider.Cuda)]
    [InlineData(ExecutionProvider.TensorRt)]
    public void Load_ProviderThatIsNotThere_FallsBackWithOneWarningOrIsRefused(ExecutionProvider provider)
    {
        Assert.SkipWhen(Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetAvailableProviders().Length > 1, "This build of ONNX Runtime has other providers than the CPU's.");
        var observer = new RecordingObserver();
        using var engine = new InferenceEngine(new InferenceEngineOptions { ExecutionProvider = provider }, observer: observer);
        Assert.Equal(ExecutionProvider.Cpu, engine.Load("a", TinyModels.Mlp(), new SessionSettings()).ExecutionProvider);
        engine.Load("b", TinyModels.Mlp(), new SessionSettings());
        Assert.Contains($"on the CPU instead of {provider}", Assert.Single(observer.Degraded), StringComparison.Ordinal);

        using var strict = new InferenceEngine(new InferenceEngineOptions { ExecutionProvider = provider, ExecutionProviderRequired = true });
        var exception = Assert.Throws<InferenceException>(() => strict.Load("a", TinyModels.Mlp(), new SessionSettings()));
        Assert.Equal(InferenceError.ProviderMissing, exception.Error);
        Assert.Contains("-p:OnnxRuntime=Gpu", exception.Message, StringComparison.Ordinal);
    }
}
