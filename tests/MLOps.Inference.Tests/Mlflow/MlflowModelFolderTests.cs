using MLOps.Inference.Engine;
using MLOps.Inference.Mlflow;
using MLOps.Inference.Sources;
using MLOps.Testing;
using MLOps.Testing.Onnx;

namespace MLOps.Inference.Tests.Mlflow;

public sealed class MlflowModelFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("flavors:\n  onnx:\n    code: null\n    data: model.onnx\n    onnx_version: 1.17.0\n  python_function:\n    data: other.onnx\n")]
    [InlineData("artifact_path: m\nflavors:\n  python_function:\n    data: other.onnx\n    loader_module: mlflow.onnx\n  onnx:\n    onnx_version: 1.17.0\n    data: 'model.onnx'\nmodel_uuid: a\n")]
    public async Task Load_OnnxFlavor_RunsItsFile(string text)
    {
        Write(text);
        await File.WriteAllBytesAsync(Path.Combine(_folder.Path, "model.onnx"), TinyModels.AddConstant(1, 1), Ct);
        using var engine = new InferenceEngine();
        await engine.LoadModelAsync("m", new FileSource(_folder.Path), cancellationToken: Ct);
        using var result = engine.Infer("m", [1], 1, 1);
        Assert.Equal([2f], result.Outputs[0].Values<float>().ToArray());
    }

    [Theory]
    [InlineData("flavors:\n  sklearn:\n    data: a\n  python_function:\n    data: b\n", InferenceError.InvalidModel, "it has sklearn, python_function")]
    [InlineData("flavors:\n  onnx:\n    onnx_version: 1.17.0\n", InferenceError.InvalidModel, "no onnx flavor that names its file")]
    [InlineData("", InferenceError.InvalidModel, "no flavors at all")]
    [InlineData("flavors:\n  onnx:\n    data: ../secret.onnx\n", InferenceError.InvalidModel, "outside its folder")]
    [InlineData("flavors:\n  onnx:\n    data: /etc/passwd\n", InferenceError.InvalidModel, "outside its folder")]
    [InlineData("flavors:\n  onnx:\n    data: gone.onnx\n", InferenceError.NotFound, "gone.onnx")]
    public async Task Load_WhatCannotBe_SaysWhy(string text, InferenceError error, string message)
    {
        Write(text);
        using var engine = new InferenceEngine();
        var exception = await Assert.ThrowsAsync<InferenceException>(() => engine.LoadModelAsync("m", new FileSource(_folder.Path), cancellationToken: Ct));
        Assert.Equal(error, exception.Error);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_FolderWithoutMLmodel_IsNotFound()
    {
        var exception = await Assert.ThrowsAsync<InferenceException>(() => new FileSource(_folder.Path).ReadAsync(Ct));
        Assert.Equal(InferenceError.NotFound, exception.Error);
        Assert.Contains(MLmodel.FileName, exception.Message, StringComparison.Ordinal);
    }

    private void Write(string text) => File.WriteAllText(Path.Combine(_folder.Path, MLmodel.FileName), text);
}
