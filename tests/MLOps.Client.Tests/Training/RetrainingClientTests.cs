using System.Text.Json;
using MLOps.Client.Serving;
using MLOps.Client.Training;
using MLOps.Client.Training.Retraining;

namespace MLOps.Client.Tests.Training;

public sealed class RetrainingClientTests
{
    private const string Route = "/api/v1/mlflow/serving/endpoints/vol/retraining";
    private const string Policy = """
        {"endpoint":"vol","model":"garch","dataset":"sp500","parameters":{"innovations":"normal"},"features":{"features":[{"type":"returns"}]},"evaluation":{"method":"rolling","folds":4,"test_groups":null,"seeds":1,"embargo_rows":null,"embargo_fraction":null,"label_horizon":null,"window":null,"gap":0,"first_train_end":"2010-12-31"},"checkpoint_every":50,"every_seconds":86400,"on_drift":false,"validation_rows":250,"metric":"qlike",
          "direction":"minimize","threshold":null,"canary":true,"next_time":1700000000000,
          "history":[{"job_id":"j","reason":"schedule","step":"validating","model_name":"vol-model","dataset_version":3,"version":5,"current":null,"figure":null,"current_figure":null,"message":null,"start_time":1600000000000,"end_time":null}]}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Set_Policy_IsPutInTheDocumentedWords()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On($"PUT {Route}", Policy));

        var policy = await gateway.Client.Training.Retraining.SetAsync(
            "vol",
            new RetrainingPolicyRequest
            {
                Model = "garch",
                Dataset = "sp500",
                Parameters = new Dictionary<string, string> { ["innovations"] = "normal" },
                Features = JsonSerializer.SerializeToElement(new { features = new[] { new { type = "returns" } } }),
                Evaluation = new EvaluationRequest { Method = EvaluationMethods.Rolling, Folds = 4 },
                CheckpointEvery = 50,
                EverySeconds = 86_400,
                OnDrift = false,
                Metric = "qlike",
                Canary = new RetrainingCanary { Steps = [new CanaryStep(0.1, 600)], MaxP99Ratio = 2 },
            },
            Token);

        Assert.Equal(
            """{"model":"garch","dataset":"sp500","parameters":{"innovations":"normal"},"features":{"features":[{"type":"returns"}]},"evaluation":{"method":"rolling","folds":4},"checkpoint_every":50,"every_seconds":86400,"on_drift":false,"metric":"qlike","canary":{"steps":[{"weight":0.1,"duration_seconds":600,"min_requests":0}],"max_p99_ratio":2}}""",
            gateway.Received[0].Body);
        Assert.Equal((86_400, DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000)), (policy.EverySeconds, policy.NextTime));
        var attempt = Assert.Single(policy.History);
        Assert.Equal((RetrainingStep.Validating, 5, null), (attempt.Step, attempt.Version, attempt.EndTime));
        Assert.Equal((EvaluationMethods.Rolling, 4, new DateOnly(2010, 12, 31), 50), (policy.Evaluation!.Method, policy.Evaluation.Folds, policy.Evaluation.FirstTrainEnd, policy.CheckpointEvery));
        Assert.Equal("returns", policy.Features!.Value.GetProperty("features")[0].GetProperty("type").GetString());
    }

    [Fact]
    public async Task ListGetStartAndDelete_GoToTheirRoutes()
    {
        await using var gateway = await TestGateway.StartAsync(g => g
            .On("GET /mlops/training/retraining", $$"""{"policies":[{{Policy}}]}""")
            .On($"GET {Route}", Policy)
            .On($"POST {Route}/start", Policy, 202)
            .On($"DELETE {Route}", context =>
            {
                context.Response.StatusCode = 204;
                return Task.CompletedTask;
            }));
        var retraining = gateway.Client.Training.Retraining;

        Assert.Equal("vol", Assert.Single(await retraining.ListAsync(Token)).Endpoint);
        Assert.Equal("garch", (await retraining.GetAsync("vol", Token)).Model);
        Assert.True((await retraining.StartAsync("vol", Token)).Canary);
        await retraining.DeleteAsync("vol", Token);

        Assert.Equal(["GET", "GET", "POST", "DELETE"], gateway.Received.Select(request => request.Method));
    }

    [Fact]
    public async Task Get_EndpointWithoutAPolicy_Throws404()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On($"GET {Route}", """{"title":"NotFound","status":404,"detail":"Endpoint 'vol' has no retraining policy.","code":"NotFound"}""", 404));

        var exception = await Assert.ThrowsAsync<MLOpsClientException>(() => gateway.Client.Training.Retraining.GetAsync("vol", Token));

        Assert.Equal("Endpoint 'vol' has no retraining policy.", exception.Message);
    }

    [Fact]
    public async Task StartOfATraining_CarriesEvaluationAndFeatures()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("POST /mlops/training/start", """{"job_id":"j","status":"queued"}""", 202));

        await gateway.Client.Training.StartAsync(
            new TrainingRequest
            {
                Model = "har-rv",
                Dataset = "sp500",
                Evaluation = new EvaluationRequest { Method = EvaluationMethods.CombinatorialPurged, Folds = 8, TestGroups = 3, Seeds = 2, EmbargoRows = 25, LabelHorizon = 10 },
                Features = JsonSerializer.SerializeToElement(new { features = new[] { new { type = "realised_volatility", window = 5 } } }),
            },
            Token);

        var sent = gateway.Received[0].Json;
        Assert.Equal("""{"method":"combinatorialPurged","folds":8,"test_groups":3,"seeds":2,"embargo_rows":25,"label_horizon":10}""", sent.GetProperty("evaluation").GetRawText());
        Assert.Equal("""{"features":[{"type":"realised_volatility","window":5}]}""", sent.GetProperty("features").GetRawText());
    }
}
