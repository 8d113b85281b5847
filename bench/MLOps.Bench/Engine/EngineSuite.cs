using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;

namespace MLOps.Bench.Engine;

/// <summary>What a call through the engine costs beside the same call through ONNX Runtime alone, in one process and in turns,
/// so that a noisy machine is noisy for all; and what micro-batching does under concurrent callers.</summary>
internal static class EngineSuite
{
    private const int Turns = 20;

    public static void Run(int calls, ExecutionProvider provider, TextWriter output)
    {
        // The engine comes first: it makes the environment that both use.
        using var engine = new InferenceEngine(new InferenceEngineOptions { ExecutionProvider = provider, ExecutionProviderRequired = true });
        output.WriteLine($"One caller, {calls} calls each in {Turns} turns, {Environment.ProcessorCount} cores, engine on {provider}; µs, and bytes allocated by a call");
        One(engine, "MLP 64-128-4", BenchModels.Mlp(64, 128, 4), [1, 64], calls, provider, output);
        One(engine, "TCN [1,127,64]", BenchModels.Tcn(), [1, 127, 64], calls / 4, provider, output);
        output.WriteLine();
        output.WriteLine($"16 callers; calls per second, alone and in batches of up to 16");
        Many(engine, "MLP 64-128-4", BenchModels.Mlp(64, 128, 4), [1, 64], output);
        Many(engine, "MLP 256-2048-8", BenchModels.Mlp(256, 2048, 8), [1, 256], output);
        Many(engine, "TCN [1,127,64]", BenchModels.Tcn(), [1, 127, 64], output);
    }

    private static void One(InferenceEngine engine, string name, byte[] model, long[] shape, int calls, ExecutionProvider provider, TextWriter output)
    {
        var values = Values(shape);
        engine.Load(name, model, new SessionSettings());
        using var raw = new RawCall(model, values, shape, provider);
        using var prepared = engine.Prepare(name, [PreparedTensor.Over<float>("x", values, shape)]);
        Tensor[] inputs = [Tensor.Of<float>("x", values, shape)];
        CallTimes[] kinds =
        [
            new("raw ORT", raw.Run),
            new("engine, Infer", () => engine.Infer(name, inputs).Dispose()),
            new("engine, prepared call", prepared.Run),
        ];
        foreach (var kind in kinds)
        {
            kind.Run(Math.Max(500, calls / 10), record: false);
        }

        for (var turn = 0; turn < Turns; turn++)
        {
            foreach (var kind in kinds)
            {
                kind.Run(calls / Turns, record: true);
            }
        }

        output.WriteLine();
        output.WriteLine($"{name,-26}{"p50",9}{"p99",10}{"p99.9",10}{"max",10}{"bytes",10}{"over raw",9}");
        foreach (var kind in kinds)
        {
            output.WriteLine(kind.Report(kind == kinds[0] ? null : kinds[0].Median));
        }
    }

    private static void Many(InferenceEngine engine, string name, byte[] model, long[] shape, TextWriter output)
    {
        const int Callers = 16;
        string[] keys = [$"{name} alone", $"{name} batched"];
        engine.Load(keys[0], model, new SessionSettings());
        engine.Load(keys[1], model, new SessionSettings { MaxBatch = Callers });
        var rates = new List<double>[] { [], [] };
        for (var turn = -1; turn < 3; turn++)
        {
            for (var kind = 0; kind < keys.Length; kind++)
            {
                var rate = Rate(engine, keys[kind], shape, Callers, TimeSpan.FromSeconds(1));
                if (turn >= 0)
                {
                    rates[kind].Add(rate);
                }
            }
        }

        var (alone, batched) = (rates[0].Order().ElementAt(1), rates[1].Order().ElementAt(1));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-26}{alone,10:0} alone{batched,10:0} batched   {batched / alone:0.00}×"));
    }

    private static double Rate(InferenceEngine engine, string key, long[] shape, int callers, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        var calls = Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            Tensor[] inputs = [Tensor.Of<float>("x", Values(shape), shape)];
            var made = 0L;
            while (clock.Elapsed < time)
            {
                (await engine.TryInferAsync(key, inputs, null))!.Dispose();
                made++;

                // As between the requests of a server: whoever waits for the thread gets it.
                await Task.Yield();
            }

            return made;
        })).ToArray();
        return Task.WhenAll(calls).GetAwaiter().GetResult().Sum() / clock.Elapsed.TotalSeconds;
    }

    private static float[] Values(long[] shape) =>
        [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, length) => product * length)).Select(i => 0.01f + (i % 97 / 100f))];

    /// <summary>ONNX Runtime as its documentation calls it for speed: one thread, values made once.</summary>
    private sealed class RawCall : IDisposable
    {
        private static readonly string[] Inputs = ["x"];
        private static readonly string[] Outputs = ["y"];

        private readonly InferenceSession _session;
        private readonly RunOptions _options = new();
        private readonly OrtValue[] _values;

        public RawCall(byte[] model, float[] values, long[] shape, ExecutionProvider provider)
        {
            using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
            if (provider != ExecutionProvider.Cpu)
            {
                options.AppendExecutionProvider_CUDA();
            }

            _session = new InferenceSession(model, options);
            _values = [OrtValue.CreateTensorValueFromMemory(values, shape)];
        }

        public void Run()
        {
            using var results = _session.Run(_options, Inputs, _values, Outputs);
            if (results[0].GetTensorDataAsSpan<float>().IsEmpty)
            {
                throw new InvalidOperationException("The model gave nothing.");
            }
        }

        public void Dispose()
        {
            _values[0].Dispose();
            _options.Dispose();
            _session.Dispose();
        }
    }
}
