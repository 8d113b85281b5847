using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Contracts.Runs;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Tracking;

namespace MLOps.Gateway.Tests.Models;

/// <summary>GET /mlops/metrics/validation over a registry with versions of every kind.</summary>
public sealed class ValidationMetricsApiTests : IAsyncLifetime
{
    private readonly ServingPlatform _platform = new();
    private string _experiment = "";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _platform.InitializeAsync();
        _experiment = await Tracking.CreateExperimentAsync(new CreateExperiment("validated", null, []), Ct);
        await RegisterAsync("allocation", ("validation/temporal_continuity", 0.5), ("validation/regime_fisher", 2), ("validation/drift_ks", 0.1), ("sharpe_per_period", 0.05), ("deflated_sharpe", 0.6), ("sharpe_trials", 7), ("loss", 3));
        await RegisterAsync("allocation", ("validation/temporal_continuity", 0.7), ("validation/regime_silhouette", double.NaN));

        // Made elsewhere: it has none, so the one before is the newest that has.
        await RegisterAsync("allocation", ("loss", 1));
        await Registry.TransitionStageAsync("allocation", new TransitionStage(1, ModelStage.Production, true, "ann", null), Ct);
        await Registry.TransitionStageAsync("allocation", new TransitionStage(2, ModelStage.Staging, true, "ann", null), Ct);
        await RegisterAsync("bare", ("loss", 1));
        await RegisterAsync("vol", ("validation/feature_psi", 0.2), ("validation/prediction_disagreement", 1e-15));
    }

    public ValueTask DisposeAsync() => _platform.DisposeAsync();

    private ITrackingStore Tracking => _platform.Services.GetRequiredService<ITrackingStore>();

    private IModelRegistryStore Registry => _platform.Services.GetRequiredService<IModelRegistryStore>();

    [Fact]
    public async Task Get_Version_HasTheFiveMetricsAndNullWhereThereIsNone()
    {
        var version = Assert.Single((await GetAsync("?model=allocation&version=1"))["versions"]!.AsArray())!.AsObject();

        Assert.Equal(
            ["model", "version", "stage", "run_id", "temporal_continuity", "regime_separability", "feature_stability", "prediction_consistency", "drift_detection", "sharpe", "file"],
            version.Select(member => member.Key));
        Assert.Equal(("allocation", 1, "Production"), ((string?)version["model"], (int)version["version"]!, (string?)version["stage"]));
        Assert.Equal((0.5, 2, 0.1), ((double)version["temporal_continuity"]!, (double)version["regime_separability"]!["fisher"]!, (double)version["drift_detection"]!["ks"]!));
        Assert.Null(version["regime_separability"]!["silhouette"]);
        Assert.Equal(["psi", "rank_correlation"], version["feature_stability"]!.AsObject().Select(member => member.Key));
        Assert.All(version["prediction_consistency"]!.AsObject(), member => Assert.Null(member.Value));
        Assert.Equal((0.05, 0.6, 7), ((double)version["sharpe"]!["per_period"]!, (double)version["sharpe"]!["deflated"]!, (int)version["sharpe"]!["trials"]!));
        Assert.Null(version["sharpe"]!["probabilistic"]);
        Assert.Equal("mlflow-artifacts:/m/validation.json", (string?)version["file"]);
    }

    [Fact]
    public async Task Get_All_IsTheNewestVersionOfEachModelThatHasThem()
    {
        var versions = (await GetAsync(""))["versions"]!.AsArray();

        Assert.Equal([("allocation", 2), ("vol", 1)], versions.Select(version => ((string)version!["model"]!, (int)version["version"]!)).Order());
        var newest = Assert.Single((await GetAsync("?model=allocation"))["versions"]!.AsArray())!;
        Assert.Equal(2, (int)newest["version"]!);

        // JSON has no NaN, and no run of it logs one.
        Assert.Null(newest["regime_separability"]!["silhouette"]);
        Assert.Null(newest["sharpe"]);
        Assert.Empty((await GetAsync("?model=bare"))["versions"]!.AsArray());
    }

    [Theory]
    [InlineData("?model=bare&version=1", HttpStatusCode.NotFound, "has no validation metrics")]
    [InlineData("?model=nobody", HttpStatusCode.NotFound, "nobody")]
    [InlineData("?model=vol&version=9", HttpStatusCode.NotFound, "9")]
    [InlineData("?version=1", HttpStatusCode.BadRequest, "version is 1 without a model")]
    public async Task Get_WhatIsNotThere_SaysSo(string query, HttpStatusCode status, string said)
    {
        using var answer = await _platform.Http.GetAsync(new Uri($"/mlops/metrics/validation{query}", UriKind.Relative), Ct);

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(said, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_VersionWhoseRunIsGone_IsLeftOut()
    {
        var version = await Registry.TransitionStageAsync("vol", new TransitionStage(1, ModelStage.Staging, true, "ann", null), Ct);
        await Registry.CreateModelVersionAsync("vol", new CreateModelVersion("mlflow-artifacts:/m", new string('f', 32), null, null, []), Ct);

        Assert.Equal(version.Version, (int)Assert.Single((await GetAsync("?model=vol"))["versions"]!.AsArray())!["version"]!);
    }

    private async Task RegisterAsync(string model, params (string Key, double Value)[] metrics)
    {
        if (!(await Registry.SearchRegisteredModelsAsync(new SearchModels(null, [], 100, null), Ct)).Items.Any(known => known.Name == model))
        {
            await Registry.CreateRegisteredModelAsync(model, null, [], Ct);
        }

        var run = await Tracking.CreateRunAsync(Guid.NewGuid().ToString("N"), new CreateRun(_experiment, null, "ann", 1, []), Ct);
        await Tracking.LogBatchAsync(run.Info.RunId, new LogBatch([.. metrics.Select(metric => new Metric(metric.Key, metric.Value, 1, 0))], [], []), Ct);
        await Registry.CreateModelVersionAsync(model, new CreateModelVersion("mlflow-artifacts:/m", run.Info.RunId, null, null, []), Ct);
    }

    private async Task<JsonNode> GetAsync(string query) =>
        JsonNode.Parse(await _platform.Http.GetStringAsync(new Uri($"/mlops/metrics/validation{query}", UriKind.Relative), Ct))!;
}
