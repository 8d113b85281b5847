using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Endpoints;
using MLOps.Testing.Onnx;

namespace MLOps.Gateway.Tests.Endpoints;

/// <summary>What happens to requests when the process is told to stop.</summary>
public sealed class DrainTests
{
    private const int Columns = 256;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stop_WhileARequestRuns_FinishesItAndTakesNoNewOne()
    {
        await using var platform = new ServingPlatform();
        await platform.InitializeAsync();
        await platform.RegisterAsync("slow", TinyModels.Slow(Columns, 60));
        using (var deployed = await platform.Http.PostAsJsonAsync(
            "/api/v1/mlflow/serving/deploy", new { endpoint = "slow", model_uri = "models:/slow/1", limits = new { max_concurrency = 1 } }, Ct))
        {
            Assert.True(deployed.IsSuccessStatusCode, await deployed.Content.ReadAsStringAsync(Ct));
        }

        var (running, _) = await OccupyAsync(platform.Http);
        var lifetime = platform.Services.GetRequiredService<IHostApplicationLifetime>();
        var invoker = platform.Services.GetRequiredService<EndpointInvoker>();
        var stopping = Task.Run(platform.StopAsync, Ct);
        await UntilAsync(() => lifetime.ApplicationStopping.IsCancellationRequested, "the host to begin to stop");

        var refused = await Assert.ThrowsAsync<MLOpsException>(() => invoker.InferAsync("slow", new PredictionRequest([], [], null, null, 0), Ct).AsTask());
        Assert.Equal(ProblemCode.Unavailable, refused.Code);
        Assert.NotNull(refused.RetryAfter);
        using var answer = await running;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(1, (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("outputs")[0].GetProperty("data")[0].GetDouble());
        await stopping;
    }

    [Fact]
    public async Task Full_EndpointWithoutAQueue_Answers503WithRetryAfterInBothShapes()
    {
        await using var platform = new ServingPlatform();
        await platform.InitializeAsync();
        await platform.RegisterAsync("slow", TinyModels.Slow(Columns, 60));
        using (await platform.Http.PostAsJsonAsync("/api/v1/mlflow/serving/deploy", new { endpoint = "slow", model_uri = "models:/slow/1", limits = new { max_concurrency = 1 } }, Ct))
        {
        }

        var (running, full) = await OccupyAsync(platform.Http);
        Assert.Contains("is full", full.GetProperty("error").GetString(), StringComparison.Ordinal);
        (await running).Dispose();
        using var after = await InferAsync(platform.Http, rows: 1);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Fact]
    public async Task Timeout_ModelThatTakesLonger_Is504AndCountsAsItsError()
    {
        await using var platform = new ServingPlatform();
        await platform.InitializeAsync();
        await platform.RegisterAsync("slow", TinyModels.Slow(Columns, 60));
        using (await platform.Http.PostAsJsonAsync("/api/v1/mlflow/serving/deploy", new { endpoint = "slow", model_uri = "models:/slow/1", limits = new { timeout_ms = 1 } }, Ct))
        {
        }

        using var answer = await InferAsync(platform.Http, rows: 200);
        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        await platform.Services.GetRequiredService<EndpointReporter>().ReportAsync();
        var insight = await platform.Http.GetFromJsonAsync<JsonElement>("/api/v1/mlflow/serving/endpoints/slow/insight", Ct);
        Assert.Equal(1, insight.GetProperty("variants")[0].GetProperty("errors").GetInt64());
    }

    /// <summary>A slow request that has the endpoint's only place, as the refusal of another one shows. It may lose the place to that other one, or be over before it comes: then again.</summary>
    private static async Task<(Task<HttpResponseMessage> Running, JsonElement Refusal)> OccupyAsync(HttpClient http)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var running = InferAsync(http, rows: 1500);
            while (!running.IsCompleted)
            {
                using var probe = await InferAsync(http, rows: 1);
                if (probe.StatusCode == HttpStatusCode.ServiceUnavailable)
                {
                    Assert.Equal("1", probe.Headers.GetValues("Retry-After").Single());
                    return (running, await probe.Content.ReadFromJsonAsync<JsonElement>(Ct));
                }
            }

            (await running).Dispose();
            Assert.False(deadline.IsCancellationRequested, "Waited 60 s for a request to meet the slow one.");
        }
    }

    internal static async Task UntilAsync(Func<bool> met, string what)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!met())
        {
            Assert.False(deadline.IsCancellationRequested, $"Waited 60 s for {what}.");
            await Task.Delay(1, Ct);
        }
    }

    private static Task<HttpResponseMessage> InferAsync(HttpClient http, int rows)
    {
        // Binary: the parse must be short beside the model.
        var data = new float[rows * Columns];
        Array.Fill(data, 1f);
        var json = System.Text.Encoding.UTF8.GetBytes($$$"""{"inputs":[{"name":"x","shape":[{{{rows}}},{{{Columns}}}],"datatype":"FP32","parameters":{"binary_data_size":{{{rows * Columns * 4}}}}}]}""");
        var content = new ByteArrayContent([.. json, .. System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(data)]);
        var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/slow/infer") { Content = content };
        request.Headers.Add("Inference-Header-Content-Length", $"{json.Length}");
        return http.SendAsync(request, Ct);
    }
}
