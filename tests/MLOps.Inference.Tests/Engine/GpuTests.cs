using MLOps.Inference.Engine;
using MLOps.Inference.Sequences;
using MLOps.Inference.Tensors;
using MLOps.Testing.Onnx;

namespace MLOps.Inference.Tests.Engine;

/// <summary>The engine on a GPU answers as it does on the CPU. Run where there is one, with a build of <c>-p:OnnxRuntime=Gpu</c>.</summary>
public sealed class GpuTests : IDisposable
{
    private const float Tolerance = 1e-4f;

    private readonly RecordingObserver _observer = new();
    private readonly InferenceEngine _cpu = new();
    private readonly InferenceEngine? _gpu;

    public GpuTests()
    {
        Assert.SkipUnless(
            Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider", StringComparer.Ordinal),
            "This build of ONNX Runtime has no CUDA: build with -p:OnnxRuntime=Gpu.");
        Assert.SkipUnless(File.Exists("/dev/nvidiactl"), "This machine has no NVIDIA GPU.");
        _gpu = new InferenceEngine(new InferenceEngineOptions { ExecutionProvider = ExecutionProvider.Cuda, ExecutionProviderRequired = true }, observer: _observer);
    }

    private InferenceEngine Gpu => _gpu!;

    public void Dispose()
    {
        _cpu.Dispose();
        _gpu?.Dispose();
    }

    [Fact]
    public void Infer_DenseAndConvolution_AnswersAsTheCpu()
    {
        foreach (var (model, columns) in ((byte[], long[])[])[(TinyModels.Mlp(16), [16]), (Convolution(8, 32), [8, 32])])
        {
            Assert.Equal(ExecutionProvider.Cuda, Gpu.Load("m", model, new SessionSettings()).ExecutionProvider);
            _cpu.Load("m", model, new SessionSettings());
            foreach (var rows in (long[])[1, 3, 64, 1, 257])
            {
                long[] shape = [rows, .. columns];
                var values = Values(shape, (int)rows);
                using var gpu = Gpu.Infer("m", values, shape);
                using var cpu = _cpu.Infer("m", values, shape);
                AssertClose(cpu.Outputs[0].Values<float>(), gpu.Outputs[0].Values<float>());
            }
        }

        Assert.Empty(_observer.Degraded);
    }

    [Fact]
    public void Infer_ValuesThatChangeBetweenCalls_AreSeenByThePreparedCall()
    {
        Gpu.Load("m", TinyModels.AddConstant(1, 2), new SessionSettings());
        float[] values = [0, 0];
        using var call = Gpu.Prepare("m", [PreparedTensor.Over<float>("x", values, [1, 2])]);
        for (var i = 0; i < 5; i++)
        {
            values[0] = i;
            values[1] = -i;
            call.Run();
            Assert.Equal([i + 1f, 1f - i], call.Output<float>("y").ToArray());
        }
    }

    [Fact]
    public void Infer_ShapeThatDependsOnTheValues_IsRightEveryTime()
    {
        Gpu.Load("m", StepModels.NonZero(), new SessionSettings());
        foreach (float[] values in (float[][])[[0, 0, 0, 0], [1, 0, 0, 1], [0, 0, 0, 0], [1, 1, 1, 1], [0, 5, 0, 0]])
        {
            using var result = Gpu.Infer("m", values, 4);
            Assert.Equal([.. Enumerable.Range(0, 4).Where(i => values[i] != 0).Select(i => (long)i)], result.Outputs[0].Values<long>().ToArray());
        }
    }

    [Fact]
    public void Infer_StepsOfASequence_KeepTheirState()
    {
        Gpu.Load("sum", StepModels.RunningSum(), new SessionSettings());
        float[] sums = [1, 3, 6, 10];
        for (var i = 0; i < sums.Length; i++)
        {
            using var step = Gpu.Infer("sum", [A.Tensor("x", [1, 1], i + 1)], null, new SequenceStep("a", Start: i == 0, End: i == sums.Length - 1));
            Assert.Equal([sums[i]], A.Floats(step.Outputs[0]));
        }
    }

    [Fact]
    public void Infer_TextThatNoGpuTakes_RunsBesideIt()
    {
        const int TextElements = 8;
        Gpu.Load("m", TinyModels.Identity(TextElements, -1), new SessionSettings());
        byte[] longAndFlat = [4, 0, 0, 0, .. "long"u8, 4, 0, 0, 0, .. "flat"u8];
        using var result = Gpu.Infer("m", [new Tensor("x", TensorDatatype.Bytes, [2], longAndFlat)]);
        Assert.Equal(longAndFlat, result.Outputs[0].Data.ToArray());
    }

    [Fact]
    public async Task Infer_ManyCallersInBatchesWhileTheModelIsSwapped_AllAnswered()
    {
        var settings = new SessionSettings { MaxBatch = 16 };
        Gpu.Load("m", TinyModels.AddConstant(1, 2), settings);
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            var made = 0;
            while (!stop.IsCancellationRequested || made == 0)
            {
                using var result = (await Gpu.TryInferAsync("m", [A.Tensor("x", [1, 2], caller, -caller)], null))!;
                var values = A.Floats(result.Outputs[0]);
                Assert.True(values is [var a, var b] && a - caller is 1 or 2 && b + caller is 1 or 2, $"Caller {caller} got {string.Join(", ", values)}.");
                made++;
            }
        })).ToArray();
        for (var swap = 0; swap < 10; swap++)
        {
            Gpu.Load("m", TinyModels.AddConstant(1 + (swap % 2), 2), settings);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers);
    }

    [Fact]
    public void Load_TensorRt_RunsOnItOrOnCudaAndSaysWhy()
    {
        using var engine = new InferenceEngine(new InferenceEngineOptions { ExecutionProvider = ExecutionProvider.TensorRt }, observer: _observer);
        _cpu.Load("m", TinyModels.Mlp(16), new SessionSettings());
        var provider = engine.Load("m", TinyModels.Mlp(16), new SessionSettings()).ExecutionProvider;
        if (provider == ExecutionProvider.TensorRt)
        {
            Assert.Empty(_observer.Degraded);
        }
        else
        {
            Assert.Equal(ExecutionProvider.Cuda, provider);
            Assert.Contains("on CUDA instead of TensorRt", Assert.Single(_observer.Degraded), StringComparison.Ordinal);
            TestContext.Current.TestOutputHelper?.WriteLine(_observer.Degraded.First());
        }

        var values = Values([4, 16], 1);
        using var gpu = engine.Infer("m", values, 4, 16);
        using var cpu = _cpu.Infer("m", values, 4, 16);
        AssertClose(cpu.Outputs[0].Values<float>(), gpu.Outputs[0].Values<float>());
    }

    private static float[] Values(long[] shape, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, length) => product * length)).Select(_ => (float)(random.NextDouble() - .5))];
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], Tolerance);
        }
    }

    private static byte[] Convolution(int channels, int steps)
    {
        var random = new Random(7);
        float[] Weights(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - .5) * .2f)];
        return TinyModels.Model(TinyModels.Graph(
            [
                TinyModels.Node("Conv", ["x", "w", "b"], ["c"], TinyModels.Ints("kernel_shape", 3), TinyModels.Ints("dilations", 2), TinyModels.Ints("pads", 4, 0)),
                TinyModels.Node("Relu", ["c"], ["r"]),
                TinyModels.Node("GlobalAveragePool", ["r"], ["p"]),
                TinyModels.Node("Flatten", ["p"], ["y"]),
            ],
            [TinyModels.Tensor("w", [5, channels, 3], Weights(5 * channels * 3)), TinyModels.Tensor("b", [5], Weights(5))],
            [TinyModels.Value("x", TinyModels.FloatElements, [-1, channels, steps])],
            [TinyModels.Value("y", TinyModels.FloatElements, [-1, 5])]));
    }
}
