using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Contracts.Runs;
using MLOps.Contracts.Training;
using MLOps.Models.Catalog;
using MLOps.Monitoring.Drift;
using MLOps.Monitoring.Statistics;
using MLOps.Tracking;

namespace MLOps.Silo.Tests.Training;

/// <summary>The five validation metrics on what a job makes, and a strategy's Sharpe ratio against the experiment's other trials.</summary>
public sealed class JobValidationTests : IAsyncLifetime
{
    /// <summary>Ratio 0.6123724356957946; skewness 0, kurtosis 1.7619.</summary>
    private const string Returns = "0.01 0.03 -0.02 0.04 0 0.02 -0.01 0.05";

    private const double Ratio = 0.6123724356957946;

    private readonly SiloFixture _silo = new() { Configure = services => services.AddSingleton<IModelDefinition, EarningModel>() };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _silo.InitializeAsync();
        await _silo.RegisterSp500Async("sp500");
    }

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task Start_Garch_ValidatesItOnTheRowsAfterTheTraining()
    {
        var job = await EndAsync(Spec("garch", []) with { TrainEnd = "2016-12-30", RegisterAs = "vol" });

        Assert.True(job.Status == TrainingJobStatus.Completed, job.Message);
        var run = await _silo.Tracking.GetRunAsync(job.RunId!, Ct);
        var metrics = Validation(run);
        Assert.Equal(
            ["drift_js", "drift_ks", "drift_psi", "drift_wasserstein", "feature_psi", "prediction_disagreement", "prediction_noise_variance", "regime_fisher", "regime_silhouette", "temporal_continuity"],
            metrics.Keys.Order());
        Assert.Equal(run.Metrics.Single(metric => metric.Key == "onnx_max_difference").Value, metrics["prediction_disagreement"]);

        var folder = $"{ArtifactUri.ToStorePath(run.Info.ArtifactUri)}/model";
        var file = await FileAsync($"{folder}/validation.json");
        Assert.Equal(metrics.Keys.Order(), file["metrics"]!.AsObject().Select(metric => metric.Key));
        Assert.Equal(["feature_rank_correlation"], file["not_computed"]!.AsObject().Select(gap => gap.Key));
        var rows = file["rows"]!;
        Assert.Equal((true, 828), ((bool)rows["unseen"]!, (int)rows["count"]!));
        Assert.Equal(("2016-12-30T00:00:00.0000000Z", "2017-01-03T00:00:00.0000000Z"), ((string?)rows["trained_to"], (string?)rows["from"]));
        Assert.Equal("batch.onnx", (string?)file["computed_on"]!["answers"]!["graph"]);
        Assert.Contains("above its median over the training rows", (string?)file["computed_on"]!["regime"]!["definition"], StringComparison.Ordinal);
        Assert.True((double)file["figures"]!["qlike"]! < (double)file["figures"]!["qlike_constant"]!);
        Assert.Null(file["strategy"]);

        // The same by hand: the returns after the training against those that the profile keeps.
        var profile = ReferenceProfile.Parse((await FileAsync($"{folder}/{ReferenceProfile.FileName}")).ToJsonString());
        double[] closes = [.. File.ReadLines(SiloFixture.Sp500File).Skip(1).Select(line => double.Parse(line.Split(',')[4], System.Globalization.CultureInfo.InvariantCulture))];
        double[] later = [.. Enumerable.Range(closes.Length - 828, 828).Select(row => 100 * Math.Log(closes[row] / closes[row - 1]))];
        Assert.Equal(KolmogorovSmirnov.Statistic([.. profile.Features[0].Values], later), metrics["drift_ks"], 1e-9);
        Assert.Equal(Distances.NormalisedWasserstein1([.. profile.Features[0].Values], later), metrics["drift_wasserstein"], 1e-9);
    }

    /// <summary>Without rows after the training the last fold stands in, and the file says that the training has seen it.</summary>
    [Fact]
    public async Task Start_WithEvaluationOfAllRows_ValidatesOnTheLastFold()
    {
        var job = await EndAsync(Spec("garch", []) with { Evaluation = new EvaluationSpec(3, 1, EvaluationSpec.Expanding, 0, "2019-12-31") });

        Assert.True(job.Status == TrainingJobStatus.Completed, job.Message);
        var run = await _silo.Tracking.GetRunAsync(job.RunId!, Ct);
        var file = await FileAsync($"{ArtifactUri.ToStorePath(run.Info.ArtifactUri)}/model/validation.json");
        Assert.False((bool)file["rows"]!["unseen"]!);
        Assert.Contains("last fold", (string?)file["rows"]!["which"], StringComparison.Ordinal);
        Assert.Equal(3, (int)file["computed_on"]!["stability"]!["folds"]!);
    }

    /// <summary>A team's own model whose evaluation runs no graph of ours: nothing is made up.</summary>
    [Fact]
    public async Task Start_ModelWithoutGraphs_SaysWhyAndLogsNoNumber()
    {
        var job = await EndAsync(Spec("earning", Returns) with { RegisterAs = "earner" });

        Assert.True(job.Status == TrainingJobStatus.Completed, job.Message);
        var run = await _silo.Tracking.GetRunAsync(job.RunId!, Ct);
        Assert.Empty(Validation(run));
        var file = await FileAsync($"{ArtifactUri.ToStorePath(run.Info.ArtifactUri)}/model/validation.json");
        Assert.Equal(11, file["not_computed"]!.AsObject().Count);
        Assert.Contains("names no features to watch", (string?)file["not_computed"]!["drift_ks"], StringComparison.Ordinal);
        Assert.Contains("the last fifth of the training rows", (string?)file["strategy"]!["on"], StringComparison.Ordinal);
    }

    /// <summary>By hand: Φ[(SR − SR₀)·√7 / √(1 + (γ₄ − 1)/4·SR²)], SR₀ by the trials' number and variance.</summary>
    [Fact]
    public async Task Start_SecondAndTenthRun_DeflateTheSameRatioByTheTrialsThatTheExperimentHolds()
    {
        var first = await FiguresAsync(Returns, "alone");
        Assert.Equal(Ratio, first["sharpe_per_period"], 1e-12);
        Assert.Equal(1, first["sharpe_trials"]);
        Assert.Equal(0.9412375659516804, first["probabilistic_sharpe"], 1e-9);
        Assert.Equal(first["probabilistic_sharpe"], first["deflated_sharpe"], 1e-12);

        // Runs of other experiments are no trials.
        await LogTrialAsync("one", 0.1, RunStatus.Finished);
        await LogTrialAsync("other", 0.9, RunStatus.Finished);
        var second = await FiguresAsync(Returns, "one");
        Assert.Equal(Ratio, second["sharpe_per_period"], 1e-12);
        Assert.Equal(2, second["sharpe_trials"]);
        Assert.Equal(first["probabilistic_sharpe"], second["probabilistic_sharpe"], 1e-12);
        Assert.Equal(0.8608007538135745, second["deflated_sharpe"], 1e-9);
        Assert.Equal(0.1312627564304206, second["sharpe_trials_variance"], 1e-9);

        // Those that failed and those that somebody threw away were tried all the same.
        foreach (var (ratio, status) in ((double, RunStatus)[])[(-0.3, RunStatus.Failed), (0.4, RunStatus.Finished), (0.05, RunStatus.Killed), (-0.1, RunStatus.Finished), (0.2, RunStatus.Failed), (0, RunStatus.Finished)])
        {
            await LogTrialAsync("one", ratio, status);
        }

        await _silo.Tracking.DeleteRunAsync(await LogTrialAsync("one", 0.3, RunStatus.Finished), Ct);
        var tenth = await FiguresAsync(Returns, "one");
        Assert.Equal(Ratio, tenth["sharpe_per_period"], 1e-12);
        Assert.Equal(10, tenth["sharpe_trials"]);
        Assert.Equal(0.6422685415676503, tenth["deflated_sharpe"], 1e-9);
        Assert.True(tenth["deflated_sharpe"] < second["deflated_sharpe"]);
    }

    /// <summary>Trials that never had a ratio were tried all the same, whoever searched: N has them, the variance of the ratios has not.</summary>
    [Fact]
    public async Task Start_OthersFailedWithoutARatio_DeflatesByThemToo()
    {
        await LogTrialAsync("many", 0.1, RunStatus.Finished);
        await LogTrialAsync("many", null, RunStatus.Failed, new KeyValue("mlflow.parentRunId", "another search"));
        var third = await FiguresAsync(Returns, "many");
        Assert.Equal(3, third["sharpe_trials"]);
        Assert.Equal(0.13126275643042057, third["sharpe_trials_variance"], 1e-12);
        Assert.Equal(0.7809782198301496, third["deflated_sharpe"], 1e-9);

        // Deleted, pruned, still at work: each counts once. What has not begun, and what only groups or is asked with a finished model, does not.
        await _silo.Tracking.DeleteRunAsync(await LogTrialAsync("many", null, RunStatus.Failed), Ct);
        await LogTrialAsync("many", null, RunStatus.Killed);
        await LogTrialAsync("many", null, RunStatus.Running);
        await LogTrialAsync("many", null, RunStatus.Scheduled);
        await LogTrialAsync("many", null, RunStatus.Running, new KeyValue("mlops.search.id", "s"));
        await LogTrialAsync("many", null, RunStatus.Finished, new KeyValue("mlops.batch.job_id", "b"));
        var parent = await LogTrialAsync("many", null, RunStatus.Finished);
        await LogTrialAsync("many", null, RunStatus.Killed, new KeyValue("mlflow.parentRunId", parent));
        Assert.Equal(8, (await FiguresAsync(Returns, "many"))["sharpe_trials"]);
    }

    /// <summary>One ratio alone has no variance, so it cannot be deflated; the figures still say how many were tried.</summary>
    [Fact]
    public async Task Start_OnlyOneOfTheTrialsHasARatio_IsNotDeflated()
    {
        await LogTrialAsync("single", null, RunStatus.Failed);
        var figures = await FiguresAsync(Returns, "single");
        Assert.Equal((2, 0), (figures["sharpe_trials"], figures["sharpe_trials_variance"]));
        Assert.Equal(figures["probabilistic_sharpe"], figures["deflated_sharpe"], 1e-12);
    }

    [Fact]
    public async Task Start_Registered_TagsTheVersionWithWhatTheRunLogged()
    {
        await LogTrialAsync("tagged", 0.2, RunStatus.Finished);
        var job = await EndAsync(Spec("earning", Returns) with { Experiment = "tagged", RegisterAs = "earner" });

        Assert.True(job.Status == TrainingJobStatus.Completed, job.Message);
        var version = await _silo.Services.GetRequiredService<IModelRegistryStore>().GetModelVersionAsync("earner", 1, Ct);
        var tags = version.Tags.ToDictionary(tag => tag.Key, tag => tag.Value);
        var metrics = (await _silo.Tracking.GetRunAsync(job.RunId!, Ct)).Metrics.ToDictionary(metric => metric.Key, metric => metric.Value);
        Assert.Equal("2", tags["mlops.sharpe_trials"]);
        Assert.All(
            ["sharpe_per_period", "probabilistic_sharpe", "deflated_sharpe"],
            name => Assert.Equal(metrics[name], double.Parse(tags[$"mlops.{name}"], System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>A search that looks for the ratio logs its trials' values on its own run: they were counted where they were made.</summary>
    [Fact]
    public async Task Start_SearchesRunHasTheRatioToo_IsNoTrial()
    {
        await LogTrialAsync("searched", 0.2, RunStatus.Running, new KeyValue("mlops.search.id", "s"));

        Assert.Equal(1, (await FiguresAsync(Returns, "searched"))["sharpe_trials"]);
    }

    /// <summary>By hand: the best trial came first and knew of one other run. The ratios of it, of the second trial and of that run have the variance 0.1079; with the third trial, which has none, there are four.</summary>
    [Fact]
    public async Task Search_BestTrialCameFirst_IsDeflatedByAllOfThemAndTagsItsVersion()
    {
        await LogTrialAsync("luck", 0.1, RunStatus.Finished);
        await LogTrialAsync("luck", null, RunStatus.Killed, new KeyValue("mlflow.parentRunId", "another search"));
        var search = _silo.Grains.GetGrain<ISearchJobGrain>(Guid.NewGuid().ToString("N"));
        await search.StartAsync(new SearchSpec(
            Spec("earning", []) with { Experiment = "luck", RegisterAs = "lucky" },
            [new SearchDimensionSpec("returns", null, null, false, [Returns, "0.02 -0.01 0.01 -0.02", "no number"])],
            SearchMethod.Grid, "sharpe_per_period", true, 0, 1, 7, 3, null));
        var ended = await SiloFixture.WaitForAsync("the end of the search", search.GetAsync, state => state.Status != SearchStatus.Running);

        Assert.True(ended.Status == SearchStatus.Completed, ended.Message);
        Assert.Equal((0, (int?)1), (ended.Best, ended.ModelVersion));
        Assert.Equal([SearchTrialStatus.Completed, SearchTrialStatus.Completed, SearchTrialStatus.Failed], ended.Trials.Select(trial => trial.Status));
        var runId = ended.Trials[0].RunId!;
        Assert.Equal([3, 5], (await _silo.Tracking.GetMetricHistoryAsync(runId, "sharpe_trials", null, null, Ct)).Items.Select(metric => metric.Value));
        var metrics = (await _silo.Tracking.GetRunAsync(runId, Ct)).Metrics.ToDictionary(metric => metric.Key, metric => metric.Value);
        Assert.Equal(Ratio, metrics["sharpe_per_period"], 1e-12);
        Assert.Equal(5, metrics["sharpe_trials"]);
        Assert.Equal(0.1079209188101402, metrics["sharpe_trials_variance"], 1e-9);
        Assert.Equal(0.7135669411490818, metrics["deflated_sharpe"], 1e-9);

        var tags = (await _silo.Services.GetRequiredService<IModelRegistryStore>().GetModelVersionAsync("lucky", 1, Ct)).Tags.ToDictionary(tag => tag.Key, tag => tag.Value);
        Assert.All(
            ["sharpe_per_period", "probabilistic_sharpe", "deflated_sharpe", "sharpe_trials"],
            name => Assert.Equal(metrics[name], double.Parse(tags[$"mlops.{name}"], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Start_ReturnsWithoutDispersion_HaveNoRatio() =>
        Assert.DoesNotContain("sharpe_per_period", (await FiguresAsync("0.01 0.01 0.01", "flat")).Keys);

    /// <summary>A model that took hours to train is worth having without its validation; the file says what went wrong.</summary>
    [Fact]
    public async Task Start_EvaluationThrowsWhatItShouldNot_CompletesAndSaysWhat()
    {
        var job = await EndAsync(Spec("earning", "0.01 x"));

        Assert.True(job.Status == TrainingJobStatus.Completed, job.Message);
        var run = await _silo.Tracking.GetRunAsync(job.RunId!, Ct);
        Assert.Empty(Validation(run));
        var gaps = (await FileAsync($"{ArtifactUri.ToStorePath(run.Info.ArtifactUri)}/model/validation.json"))["not_computed"]!;
        Assert.Contains("FormatException", (string?)gaps["temporal_continuity"], StringComparison.Ordinal);
    }

    private static Dictionary<string, double> Validation(Run run) => run.Metrics
        .Where(metric => metric.Key.StartsWith("validation/", StringComparison.Ordinal))
        .ToDictionary(metric => metric.Key["validation/".Length..], metric => metric.Value);

    private static TrainingJobSpec Spec(string model, string returns) => Spec(model, [new KeyValue("returns", returns)]);

    private static TrainingJobSpec Spec(string model, IReadOnlyList<KeyValue> parameters) => new(model, "sp500", 0, "", null, null, parameters, null);

    private async Task<Dictionary<string, double>> FiguresAsync(string returns, string experiment)
    {
        var job = await EndAsync(Spec("earning", returns) with { Experiment = experiment });
        Assert.True(job.Status == TrainingJobStatus.Completed, job.Message);
        return (await _silo.Tracking.GetRunAsync(job.RunId!, Ct)).Metrics.ToDictionary(metric => metric.Key, metric => metric.Value);
    }

    /// <returns>The run's id.</returns>
    private async Task<string> LogTrialAsync(string experiment, double? ratio, RunStatus status, params KeyValue[] tags)
    {
        var found = await _silo.Tracking.SearchExperimentsAsync(new SearchExperiments($"name = '{experiment}'", [], ViewType.ActiveOnly, 1, null), Ct);
        var id = found.Items.Count > 0 ? found.Items[0].ExperimentId : await _silo.Tracking.CreateExperimentAsync(new CreateExperiment(experiment, null, []), Ct);
        var run = await _silo.Tracking.CreateRunAsync(Guid.NewGuid().ToString("N"), new CreateRun(id, null, "ann", 1, tags), Ct);
        await _silo.Tracking.LogBatchAsync(run.Info.RunId, new LogBatch([new Metric("loss", 1, 1, 0), .. ratio is { } value ? [new Metric("sharpe_per_period", value, 1, 0)] : Array.Empty<Metric>()], [], []), Ct);
        await _silo.Tracking.UpdateRunAsync(run.Info.RunId, new UpdateRun(status, 2, null), Ct);
        return run.Info.RunId;
    }

    private async Task<TrainingJobSnapshot> EndAsync(TrainingJobSpec spec)
    {
        var job = _silo.Grains.GetGrain<ITrainingJobGrain>(Guid.NewGuid().ToString("N"));
        await job.StartAsync(spec);
        return await SiloFixture.WaitForAsync("the end of the job", () => job.GetAsync(), state => state.EndTime is not null);
    }

    private async Task<JsonNode> FileAsync(string path)
    {
        await using var content = await _silo.Artifacts.OpenReadAsync(path, Ct);
        return (await JsonNode.ParseAsync(content, cancellationToken: Ct))!;
    }
}
