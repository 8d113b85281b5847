using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Contracts.Training;
using MLOps.Models.Catalog;
using MLOps.Monitoring.Drift;
using MLOps.Tracking;

namespace MLOps.Silo.Tests.Training;

public sealed class TrainingJobGrainTests : IAsyncLifetime
{
    private readonly LogRecorder _warnings = new(LogLevel.Warning);
    private readonly SiloFixture _silo;

    public TrainingJobGrainTests() => _silo = new SiloFixture
    {
        Configure = services => services.AddSingleton<IModelDefinition, ScriptedModel>().AddSingleton<ILoggerProvider>(_warnings),
    };

    public async ValueTask InitializeAsync()
    {
        await _silo.InitializeAsync();
        await _silo.RegisterSp500Async("sp500");
    }

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task Start_Garch_TrainsWritesRegistersAndProfiles()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var job = await EndAsync(Spec("garch") with { TrainEnd = "2016-12-31", RegisterAs = "sp500-garch", RunName = "garch on the index" });

        Assert.True(job.Status == TrainingJobStatus.Completed, job.Message);
        Assert.Equal(("sp500-garch", 1, 1.0), (job.ModelName, job.ModelVersion, job.Progress));
        var run = await _silo.Tracking.GetRunAsync(job.RunId!, cancellationToken);
        Assert.Equal((RunStatus.Finished, "garch on the index"), (run.Info.Status, run.Info.RunName));
        Assert.Equal(TrainingJobSpec.DefaultExperiment, (await _silo.Tracking.GetExperimentAsync(run.Info.ExperimentId, cancellationToken)).Name);
        Assert.Contains(new KeyValue("mlops.training.job_id", job.JobId), run.Tags);
        Assert.NotEmpty(run.Params);
        Assert.NotEmpty(run.Metrics);
        var input = Assert.Single(run.Inputs);
        Assert.Contains(new KeyValue("mlflow.data.context", "training"), input.Tags);
        Assert.Equal("datetime", (string?)JsonNode.Parse(input.Schema!)!["mlflow_colspec"]![0]!["type"]);

        var version = await _silo.Services.GetRequiredService<IModelRegistryStore>().GetModelVersionAsync("sp500-garch", 1, cancellationToken);
        Assert.Equal((job.RunId, run.Info.ArtifactUri + "/model"), (version.RunId, version.Source));
        var folder = ArtifactUri.ToStorePath(version.Source);
        var files = (await _silo.Artifacts.ListAsync(folder, cancellationToken)).Select(file => Path.GetFileName(file.Path));
        Assert.Superset(new HashSet<string> { "MLmodel", "model.onnx", "reference_profile.json", "requirements.txt", "python_env.yaml" }, files.ToHashSet());

        var profile = ReferenceProfile.Parse(await ReadAsync($"{folder}/reference_profile.json"));
        Assert.Equal(new DateOnly(2016, 12, 30), profile.TrainingEnd);
        var yaml = await ReadAsync($"{folder}/MLmodel");
        Assert.Contains("    data: model.onnx\n", yaml, StringComparison.Ordinal);
        Assert.Contains(profile.Features[0].Input, yaml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ManyMetrics_KeepsEveryOneInOrder()
    {
        var job = await EndAsync(Spec("scripted"));

        var history = await _silo.Tracking.GetMetricHistoryAsync(job.RunId!, "loss", null, null, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, 2_500).Select(step => (long)step), history.Items.Select(metric => metric.Step).Order());
        Assert.Equal(TrainingJobStatus.Completed, job.Status);
        Assert.Null(job.ModelVersion);
        var run = await _silo.Tracking.GetRunAsync(job.RunId!, TestContext.Current.CancellationToken);
        Assert.Contains(run.Tags, tag => tag.Key == "mlops.monitoring" && tag.Value.StartsWith("none:", StringComparison.Ordinal));
        Assert.Contains(run.Metrics, metric => metric.Key == "final_loss" && metric.Step == 2_499);
    }

    [Theory]
    [InlineData("refuse", "did not converge after 2500 iterations")]
    [InlineData("crash", "InvalidOperationException: index 7 of 5")]
    public async Task Start_TrainingThrows_JobAndRunFailWithTheReason(string ending, string reason)
    {
        var job = await EndAsync(Spec("scripted", new KeyValue("ending", ending)) with { RegisterAs = "never" });

        Assert.Equal(TrainingJobStatus.Failed, job.Status);
        Assert.Contains(reason, job.Message, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Failed, await RunStatusAsync(job));
        await Assert.ThrowsAsync<MLOpsException>(() => _silo.Services.GetRequiredService<IModelRegistryStore>().GetRegisteredModelAsync("never", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Start_MachineCannotTrainTheModel_IsLoggedOnceWithTheRemedyAndFailsEachJob()
    {
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var job = await EndAsync(Spec("scripted", new KeyValue("ending", "unfit")));
            Assert.Equal(TrainingJobStatus.Failed, job.Status);
            Assert.StartsWith("libtorch computes wrong convolutions", job.Message, StringComparison.Ordinal);
            Assert.Equal(RunStatus.Failed, await RunStatusAsync(job));
        }

        Assert.Contains("ONEDNN_MAX_CPU_ISA=SSE41", Assert.Single(_warnings.Messages, message => message.StartsWith("This machine cannot train", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_RunningAndQueued_EndsBothAndFreesTheTrainer()
    {
        var running = await StartWaitingAsync();
        var queued = Job();
        await queued.StartAsync(Spec("scripted"));

        Assert.Equal(TrainingJobStatus.Stopped, (await queued.StopAsync()).Status);
        await running.StopAsync();

        var stopped = await EndedAsync(running);
        Assert.Equal(TrainingJobStatus.Stopped, stopped.Status);
        Assert.Equal(RunStatus.Killed, await RunStatusAsync(stopped));
        Assert.Null((await queued.GetAsync()).RunId);
        Assert.Equal(TrainingJobStatus.Completed, (await EndAsync(Spec("scripted"))).Status);
        Assert.Equal(ProblemCode.InvalidState, (await Assert.ThrowsAsync<MLOpsException>(running.StopAsync)).Code);
    }

    [Theory]
    [InlineData("model", "arima", "'model' is 'arima'", "scripted")]
    [InlineData("dataset", "nasdaq", "'dataset' is 'nasdaq'", "POST /mlops/datasets")]
    [InlineData("dataset_version", "3", "'dataset_version' is '3'", "1 to 1")]
    [InlineData("train_end", "31.12.2016", "'train_end' is '31.12.2016'", "2000-01-03 to 2020-04-17")]
    [InlineData("train_end", "2021-01-04", "'train_end' is '2021-01-04'", "2000-01-03 to 2020-04-17")]
    [InlineData("parameter", "sleep", "'ending' is 'sleep'", "metrics, refuse, crash, unfit, wait, wait-once")]
    [InlineData("register_as", "a/b", "'a/b' in 'register_as'", "cannot contain '/' or ':'")]
    public async Task Start_BadField_NamesItWithWhatIsExpectedAndMakesNoJob(string field, string value, string said, string expected)
    {
        var good = Spec("scripted");
        var spec = field switch
        {
            "model" => good with { Model = value },
            "dataset" => good with { Dataset = value },
            "dataset_version" => good with { DatasetVersion = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture) },
            "train_end" => good with { TrainEnd = value },
            "parameter" => good with { Parameters = [new KeyValue("ending", value)] },
            _ => good with { RegisterAs = value },
        };
        var job = Job();

        var error = await Assert.ThrowsAsync<MLOpsException>(() => job.StartAsync(spec));

        Assert.Equal(ProblemCode.InvalidArgument, error.Code);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(ProblemCode.NotFound, (await Assert.ThrowsAsync<MLOpsException>(job.GetAsync)).Code);
    }

    [Fact]
    public async Task Catalog_ListsGarchWithItsHyperParameters()
    {
        var garch = Assert.Single(await _silo.Grains.GetGrain<ITrainingCatalogGrain>(0).ListAsync(), model => model.Id == "garch");

        Assert.NotEmpty(garch.HyperParameters);
        Assert.All(garch.HyperParameters, parameter => Assert.Contains(parameter.Type, new[] { "integer", "number", "string" }));
    }

    private static TrainingJobSpec Spec(string model, params KeyValue[] parameters) => new(model, "sp500", 0, "", null, null, parameters, null);

    private ITrainingJobGrain Job() => _silo.Grains.GetGrain<ITrainingJobGrain>(Guid.NewGuid().ToString("N"));

    private async Task<ITrainingJobGrain> StartWaitingAsync()
    {
        var job = Job();
        await job.StartAsync(Spec("scripted", new KeyValue("ending", "wait")));
        await SiloFixture.WaitForAsync("the job to be half way", job.GetAsync, j => j.Message == "half way");
        return job;
    }

    private async Task<TrainingJobSnapshot> EndAsync(TrainingJobSpec spec)
    {
        var job = Job();
        await job.StartAsync(spec);
        return await EndedAsync(job);
    }

    private static Task<TrainingJobSnapshot> EndedAsync(ITrainingJobGrain job) => SiloFixture.WaitForAsync(
        "the job to end", job.GetAsync, j => j.Status is TrainingJobStatus.Completed or TrainingJobStatus.Failed or TrainingJobStatus.Stopped);

    private async Task<RunStatus> RunStatusAsync(TrainingJobSnapshot job) => (await _silo.Tracking.GetRunAsync(job.RunId!)).Info.Status;

    private async Task<string> ReadAsync(string path)
    {
        await using var stream = await _silo.Artifacts.OpenReadAsync(path);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
