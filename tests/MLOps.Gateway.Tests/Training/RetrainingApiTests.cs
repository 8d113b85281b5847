using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Client;
using MLOps.Client.Serving;
using MLOps.Client.Training;
using MLOps.Client.Training.Retraining;
using MLOps.Contracts.Models;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Testing;
using MLOps.Tracking;

namespace MLOps.Gateway.Tests.Training;

/// <summary>Retraining policies through the SDK, before a real gateway and silo.</summary>
public sealed class RetrainingApiTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A policy whose model is behind a pipeline: its versions are scored with the column that they were trained on, not with the default.</summary>
    [Fact]
    public async Task Policy_OfAModelBehindAPipeline_IsSetListedRunAndDeleted()
    {
        using var client = new MLOpsClient(platform.Http);
        await using (var bars = File.OpenRead(RepositoryRoot.Combine("samples", "data", "sp500_daily_ohlcv_2000_2020.csv")))
        using (var upload = new StreamContent(bars))
        {
            using var registered = await platform.Http.PostAsync(new Uri("/mlops/datasets?name=sp500&kind=ohlcv", UriKind.Relative), upload, Ct);
            registered.EnsureSuccessStatusCode();
        }

        var features = JsonSerializer.SerializeToElement(new { scale = false, features = new[] { new { type = "realised_volatility", window = 5 } } });
        var parameters = new Dictionary<string, string> { ["column"] = "volatility_close_5" };
        var job = await client.Training.StartAsync(new TrainingRequest { Model = "har-rv", Dataset = "sp500", TrainEnd = new DateOnly(2005, 12, 30), Parameters = parameters, Features = features, RegisterAs = "har-retrained" }, Ct);
        (await client.Training.WaitAsync(job.JobId, cancellationToken: Ct)).EnsureCompleted();
        await client.Serving.DeployAsync("har-retrained", "models:/har-retrained/1", Ct);
        Assert.DoesNotContain(await client.Training.Retraining.ListAsync(Ct), policy => policy.Endpoint == "har-retrained");
        var absent = await Assert.ThrowsAsync<MLOpsClientException>(() => client.Training.Retraining.GetAsync("har-retrained", Ct));
        Assert.Equal(HttpStatusCode.NotFound, absent.Status);

        var set = await client.Training.Retraining.SetAsync(
            "har-retrained",
            new RetrainingPolicyRequest { Model = "har-rv", Dataset = "sp500", Parameters = parameters, Features = features, Evaluation = new EvaluationRequest { Method = EvaluationMethods.Rolling, Folds = 2 }, CheckpointEvery = 50, EverySeconds = 86_400, Metric = "qlike", Threshold = 1e9 },
            Ct);
        Assert.Equal("realised_volatility", set.Features!.Value.GetProperty("features")[0].GetProperty("type").GetString());
        Assert.Equal((EvaluationMethods.Rolling, 2, 50), (set.Evaluation!.Method, set.Evaluation.Folds, set.CheckpointEvery));
        Assert.Contains(await client.Training.Retraining.ListAsync(Ct), policy => policy.Endpoint == "har-retrained");
        var bad = await Assert.ThrowsAsync<MLOpsClientException>(() => client.Training.Retraining.SetAsync(
            "har-retrained",
            new RetrainingPolicyRequest { Model = "har-rv", Dataset = "sp500", Parameters = parameters, Features = features, Evaluation = new EvaluationRequest { Seeds = 0 }, EverySeconds = 86_400, Metric = "qlike" },
            Ct));
        Assert.Equal((HttpStatusCode.BadRequest, "'evaluation.seeds' is '0': expected 1 to 100."), (bad.Status, bad.Message));
        await client.Training.Retraining.StartAsync("har-retrained", Ct);

        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        RetrainingAttempt last;
        while ((last = (await client.Training.Retraining.GetAsync("har-retrained", Ct)).History[0]).EndTime is null)
        {
            Assert.False(deadline.IsCancellationRequested, $"Waited 3 minutes for the end of the retraining, which is at {last.Step}: {last.Message}");
            await Task.Delay(100, Ct);
        }

        Assert.True(last.Step == RetrainingStep.Succeeded, last.Message);
        Assert.Equal(2, last.Version);
        var retrained = await client.Training.GetAsync(last.JobId, Ct);
        var run = await platform.Services.GetRequiredService<ITrackingStore>().GetRunAsync(retrained.RunId!, Ct);
        Assert.Contains("wf_qlike", run.Metrics.Select(metric => metric.Key));
        Assert.Equal(ModelStage.Staging, (await platform.Services.GetRequiredService<IModelRegistryStore>().GetModelVersionAsync("har-retrained", 2, Ct)).Stage);

        await client.Training.Retraining.DeleteAsync("har-retrained", Ct);
        Assert.DoesNotContain(await client.Training.Retraining.ListAsync(Ct), policy => policy.Endpoint == "har-retrained");
    }

    [Fact]
    public async Task Policy_WithoutWhatItNeeds_IsRefusedByName()
    {
        using var client = new MLOpsClient(platform.Http);

        var refused = await Assert.ThrowsAsync<MLOpsClientException>(() => client.Training.Retraining.SetAsync("nothing", new RetrainingPolicyRequest { Model = "garch", Dataset = "none", Metric = "qlike" }, Ct));

        Assert.Equal(HttpStatusCode.NotFound, refused.Status);
        Assert.Contains("'nothing'", refused.Message, StringComparison.Ordinal);
    }
}
