using MLOps.Inference.Configuration;
using MLOps.Inference.Engine;
using MLOps.Inference.Sequences;
using MLOps.Inference.Tensors;
using MLOps.Testing;
using MLOps.Testing.Onnx;

namespace MLOps.Inference.Tests;

/// <summary>The examples of docs/serving.md: compiled, run, and the same as in the document.</summary>
public sealed class EngineExampleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("engine")]
    [InlineData("prepared")]
    [InlineData("sequence")]
    public void Document_IsWhatRuns(string name)
    {
        var (documented, compiled) = DocumentedCode.Read("docs/serving.md", "tests/MLOps.Inference.Tests/EngineExampleTests.cs", name);

        // The test's own folder stands where the document has a path of the reader's, and tests pass their cancellation.
        Assert.Equal(documented, compiled.Replace("_folder.Combine(\"models.toml\")", "\"config/models.toml\"", StringComparison.Ordinal).Replace(", cancellationToken: token", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Examples_Run()
    {
        var token = TestContext.Current.CancellationToken;
        await File.WriteAllBytesAsync(_folder.Combine("mlp.onnx"), TinyModels.Mlp(), token);
        await File.WriteAllTextAsync(_folder.Combine("models.toml"), $"[models.regime_detector]\nartifact_path = '{_folder.Combine("mlp.onnx")}'\n", token);
        float[] features = [1, 2, 3];

        // doc: engine
        using var engine = new InferenceEngine(new InferenceEngineOptions { Models = ModelsConfig.Load(_folder.Combine("models.toml")) });
        await engine.LoadModelAsync("regime_detector", cancellationToken: token);

        using var result = engine.Infer("regime_detector", features, 1, 3);
        var probability = result.Outputs[0].Values<float>()[0];
        // doc: end
        Assert.Equal(13.5f, probability);

        // doc: prepared
        var input = new float[3];
        var output = new float[1];
        using var call = engine.Prepare(
            "regime_detector",
            [PreparedTensor.Over<float>("x", input, 1, 3)],
            [PreparedTensor.Over<float>("y", output, 1, 1)]);
        for (var tick = 0; tick < 1000; tick++)
        {
            input[0] = tick;
            call.Run(); // allocates nothing, follows swaps of the model
        }
        // doc: end
        Assert.Equal((2 * 999.5f) + 0.5f, output[0]);

        engine.Load("volatility", StepModels.RunningSum(), new SessionSettings());
        float[] returns = [1, 2, 3];
        var total = 0f;
        // doc: sequence
        foreach (var (r, day) in returns.Select((r, day) => (r, day)))
        {
            using var step = engine.Infer("volatility", [Tensor.Of<float>("x", [r], 1, 1)], sequence: new SequenceStep("EURUSD", Start: day == 0));
            total = step.Outputs[0].Values<float>()[0];
        }
        // doc: end
        Assert.Equal(6f, total);
    }
}
