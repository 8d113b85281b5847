using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MLOps.Gateway.Tests.Endpoints;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>What MLflow's pages ask about the server itself.</summary>
public sealed class ServerRoutesTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    [Theory]
    [InlineData("POST", "/gateway/mlflow/v1/chat/completions")]
    [InlineData("POST", "/gateway/my-endpoint/mlflow/invocations")]
    [InlineData("POST", "/gateway/gemini/v1beta/models/my-endpoint:streamGenerateContent")]
    [InlineData("GET", "/ajax-api/3.0/mlflow/assistant/config")]
    [InlineData("GET", "/ajax-api/3.0/jobs/17")]
    [InlineData("POST", "/ajax-api/3.0/jobs/")]
    public async Task WhatMlflowHasAndWeDoNot_Answers501WithItsName(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(platform.Http.BaseAddress!, path)) { Content = method == "GET" ? null : JsonContent.Create(new { }) };
        using var answer = await platform.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotImplemented, answer.StatusCode);
        var refusal = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal("NOT_IMPLEMENTED", refusal.GetProperty("error_code").GetString());
        Assert.StartsWith(method + " /", refusal.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/2.0/mlflow/experiments/get?experiment_id=0", HttpStatusCode.OK)]
    [InlineData("/ajax-api/2.0/mlflow/experiments/get?experiment_id=0", HttpStatusCode.OK)]
    [InlineData("/api/2.0/mlflow/experiments/get?experiment_id=4711", HttpStatusCode.NotFound)]
    [InlineData("/api/2.0/mlflow/runs/get", HttpStatusCode.BadRequest)]
    [InlineData("/version", HttpStatusCode.OK)]
    [InlineData("/api/2.0/mlflow-artifacts/artifacts?path=", HttpStatusCode.OK)]
    [InlineData("/api/2.0/mlflow-artifacts/artifacts/head/f.txt", HttpStatusCode.OK)]
    [InlineData("/api/2.0/mlflow-artifacts/artifacts/head/missing", HttpStatusCode.NotFound)]
    [InlineData("/api/2.0/mlflow/experiments/create", HttpStatusCode.MethodNotAllowed)]
    public async Task Head_IsGetWithoutTheBody(string path, HttpStatusCode status)
    {
        await platform.Http.PutAsync("/api/2.0/mlflow-artifacts/artifacts/head/f.txt", "0123456789");
        using var get = await platform.Http.GetAsync(path, TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Head, path) { Headers = { Range = path.EndsWith("f.txt", StringComparison.Ordinal) ? new RangeHeaderValue(2, 3) : null } };
        using var head = await platform.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((status, status), (get.StatusCode, head.StatusCode));
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        if (path.EndsWith("f.txt", StringComparison.Ordinal))
        {
            Assert.Equal(10, head.Content.Headers.ContentLength);
        }
    }

    [Fact]
    public async Task Pages_AreToldToReportNothing()
    {
        foreach (var prefix in (string[])["/api", "/ajax-api"])
        {
            var asked = await platform.Http.GetJsonAsync(prefix + "/3.0/mlflow/ui-telemetry");
            Assert.True(asked.GetProperty("disable_ui_telemetry").GetBoolean());
            Assert.Equal(0, asked.GetProperty("ui_rollout_percentage").GetInt32());
            var reported = await platform.Http.PostAsync(prefix + "/3.0/mlflow/ui-telemetry", new { records = Array.Empty<object>() });
            Assert.Equal("disabled", reported.GetProperty("status").GetString());
        }
    }
}
