using System.Text;
using MLOps.Client;
using MLOps.Client.Models;
using MLOps.Client.Runs;
using MLOps.Testing;

namespace MLOps.EndToEnd.Tests.Sdk;

/// <summary>The SDK's tracking and registry against MLflow's routes alone.</summary>
public sealed class PlainMlflowTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly MlflowRoutesOnly _routes = new();
    private PlatformProcess _platform = null!;
    private HttpClient _http = null!;
    private MLOpsClient _mlflow = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _platform = await PlatformProcess.StartAsync(_folder.Combine("data"), Cancelled);
        _http = new HttpClient(_routes) { BaseAddress = new Uri(_platform.Url) };
        _mlflow = new MLOpsClient(_http, options: new MLOpsClientOptions());
    }

    public async ValueTask DisposeAsync()
    {
        _mlflow?.Dispose();
        _http?.Dispose();
        await _platform.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_WithEverything_IsKeptWhole()
    {
        var data = _folder.Combine("bars.csv");
        await File.WriteAllTextAsync(data, "date,close\n2020-01-02,1\n", Cancelled);
        Directory.CreateDirectory(_folder.Combine("plots", "more"));
        await File.WriteAllTextAsync(_folder.Combine("plots", "a.txt"), "plot", Cancelled);
        await File.WriteAllTextAsync(_folder.Combine("plots", "more", "b ä.txt"), "deeper", Cancelled);

        string parent, child;
        await using (var run = await _mlflow.StartRunAsync("desk/regimes", "tcn", cancellationToken: Cancelled))
        {
            parent = run.Id;
            await run.LogParamsAsync(new Dictionary<string, object> { ["lr"] = 0.001, ["layers"] = new[] { 8, 16 }, ["bias"] = true }, Cancelled);
            await run.LogParamAsync("epochs", 40, Cancelled);
            for (var step = 0; step < 3000; step++)
            {
                run.LogMetric("loss", 1.0 / (step + 1), step);
            }

            run.LogMetric("bad", double.NaN);
            await run.SetTagsAsync(new Dictionary<string, string> { ["desk"] = "rates", ["draft"] = "yes" }, Cancelled);
            await run.DeleteTagAsync("draft", Cancelled);
            await run.LogInputsAsync([await RunDataset.FromFileAsync(data, "training", Cancelled)], Cancelled);
            await run.LogFileAsync(data, "inputs", Cancelled);
            await run.LogFolderAsync(_folder.Combine("plots"), "plots", Cancelled);
            await run.LogJsonAsync("notes/config.json", new { Window = 64 }, Cancelled);
            await using var nested = await run.StartNestedRunAsync("fold-1", cancellationToken: Cancelled);
            child = nested.Id;
        }

        var kept = await _mlflow.Runs.GetAsync(parent, Cancelled);
        Assert.Equal(RunStatus.Finished, kept.Info.Status);
        Assert.Equal(new Dictionary<string, string> { ["lr"] = "0.001", ["layers"] = "[8, 16]", ["bias"] = "True", ["epochs"] = "40" }, kept.Params);
        Assert.True(double.IsNaN(kept.Metrics["bad"]));
        Assert.Equal("rates", kept.Tags["desk"]);
        Assert.DoesNotContain("draft", kept.Tags.Keys);
        Assert.Equal("tcn", kept.Tags[RunTags.RunName]);
        Assert.Equal(("bars.csv", "training"), kept.Datasets.Select(dataset => (dataset.Name, dataset.Context)).Single());
        Assert.Equal(Enumerable.Range(0, 3000).Select(step => (long)step), (await _mlflow.Runs.GetHistoryAsync(parent, "loss", Cancelled).ToListAsync(Cancelled)).Select(metric => metric.Step).Order());

        var children = await _mlflow.Runs.SearchAllAsync([kept.Info.ExperimentId], $"tags.`{RunTags.ParentRunId}` = '{parent}'", pageSize: 1, cancellationToken: Cancelled).ToListAsync(Cancelled);
        Assert.Equal([child], children.Select(found => found.Info.RunId));
        Assert.Equal(2, await _mlflow.Runs.SearchAllAsync([kept.Info.ExperimentId], pageSize: 1, cancellationToken: Cancelled).CountAsync(Cancelled));
        Assert.Equal(["inputs", "notes", "plots"], (await _mlflow.Artifacts.ListAsync(parent, cancellationToken: Cancelled)).Select(file => file.Path));

        var target = _folder.Combine("down");
        Assert.Equal(2, (await _mlflow.Artifacts.DownloadToAsync(parent, "plots", target, Cancelled)).Count);
        Assert.Equal("deeper", await File.ReadAllTextAsync(Path.Combine(target, "more", "b ä.txt"), Cancelled));
        await _mlflow.Artifacts.DownloadToAsync(parent, "notes/config.json", target, Cancelled);
        Assert.Contains("\"window\": 64", await File.ReadAllTextAsync(Path.Combine(target, "config.json"), Cancelled), StringComparison.Ordinal);
        await _mlflow.Artifacts.DeleteAsync(parent, "plots/a.txt", Cancelled);
        Assert.Equal(["plots/more"], (await _mlflow.Artifacts.ListAsync(parent, "plots", Cancelled)).Select(file => file.Path));
        Assert.Empty(_routes.Strangers);
    }

    [Fact]
    public async Task Registry_EveryCall_Answers()
    {
        var onnx = _folder.Combine("any.onnx");
        await File.WriteAllBytesAsync(onnx, [1, 2, 3], Cancelled);
        var models = _mlflow.Models;
        ModelVersion first;
        Run made;
        await using (var run = await _mlflow.StartRunAsync(cancellationToken: Cancelled))
        {
            made = run.Run;
            first = (await run.LogOnnxModelAsync(
                onnx,
                new OnnxModelOptions { RegisteredModelName = "regime", Inputs = [new TensorSpec("x", "float32", [-1, 8])], Outputs = [new TensorSpec("y", "float32", [-1, 3])] },
                Cancelled))!;
        }

        Assert.Equal((1, made.Info.RunId, $"{made.Info.ArtifactUri}/model"), (first.Version, first.RunId, first.Source));
        Assert.Contains("\"artifact_path\":\"model\"", (await _mlflow.Runs.GetAsync(made.Info.RunId, Cancelled)).Tags["mlflow.log-model.history"].Replace(": ", ":", StringComparison.Ordinal), StringComparison.Ordinal);
        var files = await models.DownloadAsync("regime", 1, _folder.Combine("model"), Cancelled);
        Assert.Equal(["MLmodel", "model.onnx", "python_env.yaml", "requirements.txt"], files.Select(file => Path.GetFileName(file)));
        Assert.Contains("loader_module: 'mlflow.onnx'", await File.ReadAllTextAsync(files[0], Cancelled), StringComparison.Ordinal);

        var second = await models.RegisterAsync("regime", made, description: "again", cancellationToken: Cancelled);
        await models.TransitionAsync("regime", 1, ModelStage.Production, cancellationToken: Cancelled);
        await models.TransitionAsync("regime", second.Version, ModelStage.Production, cancellationToken: Cancelled);
        Assert.Equal(ModelStage.Archived, (await models.GetVersionAsync("regime", 1, Cancelled)).CurrentStage);
        Assert.Equal([2], (await models.GetLatestVersionsAsync("regime", [ModelStage.Production], Cancelled)).Select(version => version.Version));
        Assert.Equal(2, (await models.GetLatestAsync("regime", Cancelled)).Version);

        await models.SetAliasAsync("regime", "champion", 1, Cancelled);
        Assert.Equal(1, (await models.GetByAliasAsync("regime", "champion", Cancelled)).Version);
        await models.SetTagAsync("regime", "desk", "rates", Cancelled);
        await models.SetVersionTagAsync("regime", 1, "checked", "yes", Cancelled);
        await models.SetVersionTagAsync("regime", 1, "draft", "yes", Cancelled);
        await models.DeleteVersionTagAsync("regime", 1, "draft", Cancelled);
        await models.UpdateAsync("regime", "three regimes", Cancelled);
        await models.UpdateVersionAsync("regime", 1, "the first", Cancelled);
        var model = Assert.Single(await models.ListAsync(Cancelled));
        Assert.Equal(("three regimes", "rates", 1), (model.Description, model.Tags["desk"], model.Aliases["champion"]));
        var version = await models.GetVersionAsync("regime", 1, Cancelled);
        Assert.Equal("the first", version.Description);
        Assert.Equal(new Dictionary<string, string> { ["checked"] = "yes" }, version.Tags);

        await models.DeleteAliasAsync("regime", "champion", Cancelled);
        await models.DeleteTagAsync("regime", "desk", Cancelled);
        await models.DeleteVersionAsync("regime", 1, Cancelled);
        await models.RenameAsync("regime", "regimes", Cancelled);
        Assert.Equal([2], (await models.ListVersionsAsync("regimes", Cancelled)).Select(left => left.Version));
        await models.DeleteAsync("regimes", Cancelled);
        Assert.Empty(await models.ListAsync(Cancelled));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await Assert.ThrowsAsync<MLOpsClientException>(() => models.GetLatestAsync("regimes", Cancelled))).Status);
        Assert.Empty(_routes.Strangers);
    }

    [Fact]
    public async Task ModelFolder_OfAnyFlavour_IsUploadedWholeAndRegistered()
    {
        var folder = Directory.CreateDirectory(_folder.Combine("sk")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "MLmodel"), "flavors:\n  sklearn:\n    pickled_model: m.pkl\n  python_function:\n    loader_module: mlflow.sklearn\nrun_id: x\n", Cancelled);
        await File.WriteAllTextAsync(Path.Combine(folder, "m.pkl"), "weights", Cancelled);
        await using var run = await _mlflow.StartRunAsync(cancellationToken: Cancelled);

        var version = await run.LogModelAsync(folder, "classifier", "sk", Cancelled);

        Assert.Equal(1, version!.Version);
        var history = (await _mlflow.Runs.GetAsync(run.Id, Cancelled)).Tags["mlflow.log-model.history"];
        Assert.Contains("sklearn", history, StringComparison.Ordinal);
        await using var stored = await _mlflow.Artifacts.DownloadAsync(run.Id, "classifier/m.pkl", Cancelled);
        using var reader = new StreamReader(stored, Encoding.UTF8);
        Assert.Equal("weights", await reader.ReadToEndAsync(Cancelled));
        await Assert.ThrowsAsync<FileNotFoundException>(() => run.LogModelAsync(_folder.Path, cancellationToken: Cancelled));
        Assert.Empty(_routes.Strangers);
    }

    [Fact]
    public async Task Experiments_EveryCall_Answers()
    {
        var experiments = _mlflow.Experiments;
        var made = await experiments.CreateAsync("desk/a b", null, new Dictionary<string, string> { ["team"] = "rates" }, Cancelled);
        await experiments.SetTagAsync(made.ExperimentId, "kind", "research", Cancelled);
        await experiments.RenameAsync(made.ExperimentId, "desk/c", Cancelled);

        var found = Assert.Single(await experiments.SearchAsync("tags.team = 'rates'", cancellationToken: Cancelled).ToListAsync(Cancelled));
        Assert.Equal("desk/c", found.Name);
        Assert.Equal("research", found.Tags["kind"]);
        await experiments.DeleteAsync(made.ExperimentId, Cancelled);
        Assert.DoesNotContain(await experiments.ListAsync(Cancelled), experiment => experiment.Name == "desk/c");
        await experiments.RestoreAsync(made.ExperimentId, Cancelled);
        Assert.Equal("active", (await experiments.GetByIdAsync(made.ExperimentId, Cancelled)).LifecycleStage);
        Assert.Empty(_routes.Strangers);
    }
}
