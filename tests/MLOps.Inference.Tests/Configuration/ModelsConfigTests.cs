using MLOps.Inference.Configuration;
using MLOps.Inference.Engine;
using MLOps.Inference.Sources;
using MLOps.Testing;
using MLOps.Testing.Onnx;

namespace MLOps.Inference.Tests.Configuration;

public sealed class ModelsConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task LoadModel_OfTheOriginalsForm_RunsTheModel()
    {
        File.WriteAllBytes(Artifact("models/regime_detector/v3/model.onnx"), TinyModels.Mlp());
        using var engine = Engine("""
            [models.regime_detector]
            name = "regime_detector"
            version = "3"
            artifact_path = "models/regime_detector/v3/model.onnx"
            mlflow_run_id = "abc123"
            input_names = ["x"]
            output_names = ["y"]
            input_shape = [-1, 3]
            """);
        await engine.LoadModelAsync("regime_detector", cancellationToken: Ct);
        using var result = engine.Infer("regime_detector", [1, 2, 3], 1, 3);
        Assert.Equal([13.5f], result.Outputs[0].Values<float>().ToArray());
        Assert.Equal(3, result.Version);
    }

    [Fact]
    public void LoadDefault_BelowTheProgram_IsFoundAndElseBothPlacesAreNamed()
    {
        var missing = Assert.Throws<InferenceException>(ModelsConfig.LoadDefault);
        Assert.Equal(InferenceError.NotFound, missing.Error);
        Assert.Contains(Path.Combine(Environment.CurrentDirectory, "config/models.toml"), missing.Message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(AppContext.BaseDirectory, "config/models.toml"), missing.Message, StringComparison.Ordinal);

        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "config"));
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "models.toml"), "[models.m]\nartifact_path = \"m.onnx\"\nversion = 3\n");
            var config = ModelsConfig.LoadDefault();
            Assert.Equal(("m", "3"), (config.Entries["m"].Name, config.Entries["m"].Version));
            Assert.Equal(AppContext.BaseDirectory.TrimEnd('/'), config.Root);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task LoadModel_MlflowFolderAndRegistryUri_AreSourcesToo()
    {
        File.WriteAllBytes(Artifact("garch/net.onnx"), TinyModels.AddConstant(1, 1));
        File.WriteAllText(Artifact("garch/MLmodel"), "flavors:\n  onnx:\n    data: net.onnx\n");
        using var engine = Engine("[models.folder]\nartifact_path = \"garch\"\n[models.registered]\nartifact_path = \"models:/m@champion\"\n");
        await engine.LoadModelAsync("folder", cancellationToken: Ct);
        using var result = engine.Infer("folder", [1], 1, 1);
        Assert.Equal([2f], result.Outputs[0].Values<float>().ToArray());
        var exception = await Assert.ThrowsAsync<InferenceException>(() => engine.LoadModelAsync("registered", cancellationToken: Ct));
        Assert.Contains("[models.registered]: artifact_path is 'models:/m@champion', but the engine has no registry", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x = 1", "unknown key 'x'")]
    [InlineData("[models]", "no table [models.NAME]")]
    [InlineData("models = 3", "no table [models.NAME]")]
    [InlineData("[models]\nm = 3", "'models.m' must be a table")]
    [InlineData("[models.m]\nname = \"m\"", "[models.m]: 'artifact_path' is missing")]
    [InlineData("[models.m]\nartifact_path = 3", "[models.m]: 'artifact_path' is 3: expected a text")]
    [InlineData("[models.m]\nartifact_path = \"\"", "[models.m]: 'artifact_path' is \"\"")]
    [InlineData("[models.m]\nartifact_path = \"a\"\nversion = 1.5", "[models.m]: 'version' is 1.5")]
    [InlineData("[models.m]\nartifact_path = \"a\"\ninput_names = \"x\"", "[models.m]: 'input_names' is \"x\": expected an array of names")]
    [InlineData("[models.m]\nartifact_path = \"a\"\ninput_shape = [1, \"B\"]", "[models.m]: 'input_shape' is [1, \"B\"]")]
    [InlineData("[models.m]\nartifact_path = \"a\"\ninput_shape = [-2]", "[models.m]: 'input_shape' is [-2]")]
    [InlineData("[models.m]\nartifact_pth = \"a\"", "[models.m]: unknown key 'artifact_pth'")]
    [InlineData("[models.m", "is not TOML")]
    public void Load_WhatCannotBe_NamesFileTableAndKey(string text, string message)
    {
        var exception = Assert.Throws<InferenceException>(() => Config(text));
        Assert.Equal(InferenceError.InvalidConfiguration, exception.Error);
        Assert.Contains("models.toml", exception.Message, StringComparison.Ordinal);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("input_names = [\"input\"]", "input_names is ['input'], but the model has ['x']")]
    [InlineData("output_names = [\"y\", \"z\"]", "output_names is ['y', 'z'], but the model has ['y']")]
    [InlineData("input_shape = [-1, 4]", "input_shape is [-1,4], but the model's input 'x' is [-1,3]")]
    [InlineData("input_shape = [-1, -1]", "input_shape is [-1,-1], but the model's input 'x' is [-1,3]")]
    [InlineData("input_shape = [3]", "input_shape is [3], but the model's input 'x' is [-1,3]")]
    public async Task LoadModel_AnotherModelThanDeclared_IsRefused(string line, string message)
    {
        File.WriteAllBytes(Artifact("m.onnx"), TinyModels.Mlp());
        using var engine = Engine($"[models.m]\nartifact_path = \"m.onnx\"\n{line}\n");
        var exception = await Assert.ThrowsAsync<InferenceException>(() => engine.LoadModelAsync("m", cancellationToken: Ct));
        Assert.Equal(InferenceError.InvalidConfiguration, exception.Error);
        Assert.Contains($"[models.m]: {message}", exception.Message, StringComparison.Ordinal);
        Assert.Null(engine.Find("m"));
        Assert.Equal(0, engine.LoadedBytes);
    }

    [Fact]
    public async Task LoadModel_MissingFileOrEntry_SaysWhere()
    {
        using var engine = Engine("[models.m]\nartifact_path = \"gone.onnx\"\n");
        var missing = await Assert.ThrowsAsync<InferenceException>(() => engine.LoadModelAsync("m", cancellationToken: Ct));
        Assert.Equal(InferenceError.NotFound, missing.Error);
        Assert.Contains("[models.m]: artifact_path 'gone.onnx'", missing.Message, StringComparison.Ordinal);
        Assert.Contains("it has m", (await Assert.ThrowsAsync<InferenceException>(() => engine.LoadModelAsync("n", cancellationToken: Ct))).Message, StringComparison.Ordinal);
        using var bare = new InferenceEngine();
        Assert.Equal(InferenceError.InvalidConfiguration, (await Assert.ThrowsAsync<InferenceException>(() => bare.LoadModelAsync("m", cancellationToken: Ct))).Error);
        Assert.Equal(InferenceError.InvalidConfiguration, (await Assert.ThrowsAsync<InferenceException>(() => bare.LoadModelAsync("models:/m/1", cancellationToken: Ct))).Error);
    }

    [Fact]
    public async Task LoadModel_ExternalDataInAFile_IsRefusedBeforeOnnxRuntimeSeesIt()
    {
        File.WriteAllBytes(Artifact("m.onnx"), TinyModels.Model(TinyModels.Graph(
            [TinyModels.Node("Add", ["x", "c"], ["y"])],
            [TinyModels.ExternalTensor("c")],
            [TinyModels.Value("x", TinyModels.FloatElements, [1])],
            [TinyModels.Value("y", TinyModels.FloatElements, [1])])));
        using var engine = new InferenceEngine();
        var exception = await Assert.ThrowsAsync<InferenceException>(() => engine.LoadModelAsync("m", new FileSource(Artifact("m.onnx")), cancellationToken: Ct));
        Assert.Contains("external data", exception.Message, StringComparison.Ordinal);
    }

    private string Artifact(string path)
    {
        var full = Path.Combine(_folder.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return full;
    }

    private ModelsConfig Config(string text)
    {
        var file = Artifact("config/models.toml");
        File.WriteAllText(file, text);
        return ModelsConfig.Load(file);
    }

    private InferenceEngine Engine(string text) => new(new InferenceEngineOptions { Models = Config(text) });
}
