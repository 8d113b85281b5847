using System.Net;
using System.Text.Json;
using MLOps.Gateway.Tests.Endpoints;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>The webhook routes as MLflow's client calls them.</summary>
public sealed class WebhookRoutesTests(WebhookPlatform fixture) : IClassFixture<WebhookPlatform>
{
    private const string Route = "/api/2.0/mlflow/webhooks";

    private static readonly object[] VersionCreated = [new { entity = "MODEL_VERSION", action = "CREATED" }];

    private ServingPlatform Platform => fixture.Platform;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api")]
    [InlineData("/ajax-api")]
    public async Task Create_WithEverything_AnswersMlflowsShapeWithoutTheSecret(string prefix)
    {
        var (status, body) = await SendAsync(HttpMethod.Post, $"{prefix}/2.0/mlflow/webhooks", new
        {
            name = "hook",
            url = "https://hooks.example/x",
            description = "what for",
            secret = "do not tell",
            status = "DISABLED",
            events = new object[] { new { entity = "PROMPT_ALIAS", action = "DELETED" }, new { entity = 2, action = 1 } },
        });
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.DoesNotContain("do not tell", body, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(body);
        var webhook = json.RootElement.GetProperty("webhook");
        Assert.Equal(
            ["webhook_id", "name", "description", "url", "events", "status", "creation_timestamp", "last_updated_timestamp"],
            webhook.EnumerateObject().Select(property => property.Name));
        Assert.Equal("""[{"entity":"MODEL_VERSION","action":"CREATED"},{"entity":"PROMPT_ALIAS","action":"DELETED"}]""", webhook.GetProperty("events").GetRawText());
        Assert.Equal(("hook", "DISABLED"), (webhook.GetProperty("name").GetString(), webhook.GetProperty("status").GetString()));
        var (_, read) = await SendAsync(HttpMethod.Get, $"{Route}/{webhook.GetProperty("webhook_id").GetString()}");
        Assert.Equal(body, read);
    }

    [Fact]
    public async Task Webhook_UpdatedThenDeleted_IsGone()
    {
        var id = await CreateAsync("https://hooks.example/");
        var (status, body) = await SendAsync(HttpMethod.Patch, $"{Route}/{id}", new { name = "renamed", secret = "s", status = "DISABLED", events = Array.Empty<object>(), url = "" });
        Assert.Equal(HttpStatusCode.OK, status);
        using var json = JsonDocument.Parse(body);
        var webhook = json.RootElement.GetProperty("webhook");
        Assert.Equal(("renamed", "https://hooks.example/", 1), (webhook.GetProperty("name").GetString(), webhook.GetProperty("url").GetString(), webhook.GetProperty("events").GetArrayLength()));
        Assert.Equal((HttpStatusCode.OK, "{}"), await SendAsync(HttpMethod.Delete, $"{Route}/{id}"));
        foreach (var (method, path) in ((HttpMethod, string)[])[(HttpMethod.Get, ""), (HttpMethod.Patch, ""), (HttpMethod.Delete, ""), (HttpMethod.Post, "/test")])
        {
            AssertRefused(await SendAsync(method, $"{Route}/{id}{path}", new { }), HttpStatusCode.NotFound, "RESOURCE_DOES_NOT_EXIST", $"Webhook with ID {id} not found.");
        }
    }

    [Fact]
    public async Task List_InPages_IsMlflows()
    {
        for (var i = 0; i < 3; i++)
        {
            await CreateAsync("https://hooks.example/");
        }

        var seen = new HashSet<string>();
        string? token = null;
        do
        {
            var (status, body) = await SendAsync(HttpMethod.Get, $"{Route}?max_results=2&page_token={WebUtility.UrlEncode(token)}");
            Assert.Equal(HttpStatusCode.OK, status);
            using var json = JsonDocument.Parse(body);
            Assert.All(json.RootElement.GetProperty("webhooks").EnumerateArray(), webhook => Assert.True(seen.Add(webhook.GetProperty("webhook_id").GetString()!)));
            token = json.RootElement.TryGetProperty("next_page_token", out var next) ? next.GetString() : null;
        }
        while (token is not null);
        Assert.True(seen.Count >= 3);
        AssertRefused(await SendAsync(HttpMethod.Get, $"{Route}?max_results=1001"), HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE", "max_results must be between 1 and 1000.");
        AssertRefused(await SendAsync(HttpMethod.Get, $"{Route}?max_results=-5"), HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE", "max_results must be between 1 and 1000.");
        AssertRefused(await SendAsync(HttpMethod.Get, $"{Route}?page_token=garbage"), HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE", "Invalid page token");
    }

    [Theory]
    [InlineData("""{"url":"https://h.example/","events":[{"entity":"PROMPT","action":"CREATED"}]}""", "Missing value for required parameter 'name'")]
    [InlineData("""{"name":"a","events":[{"entity":"PROMPT","action":"CREATED"}]}""", "Missing value for required parameter 'url'")]
    [InlineData("""{"name":"a","url":"https://h.example/","events":[]}""", "Missing value for required parameter 'events'")]
    [InlineData("""{"name":"a","url":"https://h.example/","events":"PROMPT"}""", "parameter 'events'")]
    [InlineData("""{"name":"a","url":"https://h.example/","events":["PROMPT"]}""", "parameter 'events[0]'")]
    [InlineData("""{"name":"a","url":"https://h.example/","events":[{"entity":"PROMPT"}]}""", "Missing value for required parameter 'events[0].action'")]
    [InlineData("""{"name":"a","url":"https://h.example/","events":[{"entity":"RUN","action":"CREATED"}]}""", "parameter 'events[0].entity'")]
    [InlineData("""{"name":"a","url":"https://h.example/","events":[{"entity":99,"action":1}]}""", "parameter 'events[0].entity'")]
    [InlineData("""{"name":"a","url":"https://h.example/","events":[{"entity":"REGISTERED_MODEL","action":"DELETED"}]}""", "Invalid action 'deleted' for entity 'registered_model'. Valid actions are: ['created']")]
    [InlineData("""{"name":"a","url":"https://h.example/","status":"ASLEEP","events":[{"entity":"PROMPT","action":"CREATED"}]}""", "parameter 'status'")]
    [InlineData("""{"name":"-a","url":"https://h.example/","events":[{"entity":"PROMPT","action":"CREATED"}]}""", "Webhook name '-a' is invalid")]
    [InlineData("""{"name":"a","url":"ftp://h.example/","events":[{"entity":"PROMPT","action":"CREATED"}]}""", "Invalid webhook URL scheme: 'ftp'")]
    public async Task Create_OfWhatMlflowRefuses_IsRefused(string request, string message) =>
        AssertRefused(await SendRawAsync(HttpMethod.Post, Route, request), HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE", message);

    [Fact]
    public async Task Test_OfAReceiver_AnswersWhatItSaid()
    {
        var id = await CreateAsync(fixture.Receiver.Url + "/tested", "s");
        var (status, body) = await SendAsync(HttpMethod.Post, $"{Route}/{id}/test", new { @event = new { entity = "MODEL_VERSION_TAG", action = "SET" } });
        Assert.Equal((HttpStatusCode.OK, """{"result":{"success":true,"response_status":200,"response_body":"received"}}"""), (status, body));
        var call = Assert.Single(fixture.Receiver.Calls, call => call.Path == "/tested");
        Assert.Contains("""data":{"name":"example_model","version":"1","key":"example_key","value":"example_value"}""", call.Body, StringComparison.Ordinal);
        Assert.StartsWith("v1,", call.Headers["X-MLflow-Signature"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_OfNobody_AnswersWhy()
    {
        var (status, body) = await SendAsync(HttpMethod.Post, $"{Route}/{await CreateAsync("http://localhost:1/")}/test", new { });
        Assert.Equal(HttpStatusCode.OK, status);
        using var json = JsonDocument.Parse(body);
        var result = json.RootElement.GetProperty("result");
        Assert.Equal(["success", "error_message"], result.EnumerateObject().Select(property => property.Name));
        Assert.StartsWith("Failed to test webhook: ", result.GetProperty("error_message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RegistryCalls_OfAClient_ReachTheSubscriber()
    {
        await CreateAsync(fixture.Receiver.Url + "/events");
        await PostAsync("registered-models/create", new { name = "watched" });
        await PostAsync("model-versions/create", new { name = "watched", source = "s3://bucket/path/to/model", run_id = "1234567890abcdef", description = "d", tags = new[] { new { key = "k", value = "v" } } });
        await fixture.Receiver.WaitAsync("/events", 1, Ct);
        var call = Assert.Single(fixture.Receiver.Calls, call => call.Path == "/events");
        using var json = JsonDocument.Parse(call.Body);
        Assert.Equal("model_version", json.RootElement.GetProperty("entity").GetString());
        Assert.Equal(
            """{"name":"watched","version":"1","source":"s3://bucket/path/to/model","run_id":"1234567890abcdef","tags":{"k":"v"},"description":"d"}""",
            json.RootElement.GetProperty("data").GetRawText());
    }

    private static void AssertRefused((HttpStatusCode Status, string Body) answer, HttpStatusCode status, string code, string message)
    {
        Assert.True(answer.Status == status, $"expected {status}, got {answer.Status}: {answer.Body}");
        using var json = JsonDocument.Parse(answer.Body);
        Assert.Equal(code, json.RootElement.GetProperty("error_code").GetString());
        Assert.Contains(message, json.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    /// <returns>The id of a new webhook for created model versions.</returns>
    private async Task<string> CreateAsync(string url, string? secret = null)
    {
        var (status, body) = await SendAsync(HttpMethod.Post, Route, new { name = "hook", url, secret, events = VersionCreated });
        Assert.True(status == HttpStatusCode.OK, body);
        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty("webhook").GetProperty("webhook_id").GetString()!;
    }

    private async Task PostAsync(string path, object body)
    {
        var (status, answer) = await SendAsync(HttpMethod.Post, "/api/2.0/mlflow/" + path, body);
        Assert.True(status == HttpStatusCode.OK, answer);
    }

    private Task<(HttpStatusCode Status, string Body)> SendAsync(HttpMethod method, string path, object? body = null) =>
        SendRawAsync(method, path, body is null || method == HttpMethod.Get ? null : JsonSerializer.Serialize(body));

    private Task<(HttpStatusCode Status, string Body)> SendRawAsync(HttpMethod method, string path, string? body) =>
        Platform.Http.SendJsonAsync(method, path, body);
}
