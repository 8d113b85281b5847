using System.Net;
using System.Text;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>What this platform does not speak goes to the MLflow server beside it; what it speaks does not.</summary>
public sealed class PassThroughTests(PassThroughPlatform setup) : IClassFixture<PassThroughPlatform>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "/api/3.0/mlflow/scorer/invoke")]
    [InlineData("GET", "/ajax-api/3.0/mlflow/jobs/17?full=true")]
    [InlineData("GET", "/api/2.0/mlflow/of-a-later-version")]
    [InlineData("DELETE", "/api/2.0/mlflow/runs/get")]
    public async Task Request_OfARouteThatIsNotHere_IsAnsweredByTheServerBeside(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { { "Origin", setup.Platform.Http.BaseAddress!.GetLeftPart(UriPartial.Authority) }, { "X-MLOps-User", "quant" } } };
        if (method == "POST")
        {
            request.Content = new StringContent("""{"name":"loss"}""", Encoding.UTF8, "application/json");
        }

        using var answer = await setup.Platform.Http.SendAsync(request, Ct);
        Assert.Equal((HttpStatusCode.OK, "received"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct)));
        var call = setup.Beside.Calls[^1];
        Assert.Equal(path.Split('?')[0], call.Path);
        Assert.Equal(new Uri(setup.Beside.Url).Authority, call.Headers["Host"]);
        Assert.Equal("quant", call.Headers["X-MLOps-User"]);
        Assert.False(call.Headers.ContainsKey("Origin"));
        Assert.Equal(method == "POST" ? """{"name":"loss"}""" : string.Empty, call.Body);
    }

    [Fact]
    public async Task Request_OfARouteThatIsHere_StaysHere()
    {
        var before = setup.Beside.Calls.Count;
        using var found = await setup.Platform.Http.GetAsync("/api/2.0/mlflow/experiments/get?experiment_id=0", Ct);
        using var missing = await setup.Platform.Http.GetAsync("/api/2.0/mlflow/experiments/get?experiment_id=4711", Ct);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (found.StatusCode, missing.StatusCode));
        Assert.Equal(before, setup.Beside.Calls.Count);
    }

    [Fact]
    public async Task Request_OfAForeignHostOrOrigin_DoesNotReachTheServerBeside()
    {
        var before = setup.Beside.Calls.Count;
        using var host = new HttpRequestMessage(HttpMethod.Get, "/api/2.0/mlflow/of-a-later-version") { Headers = { Host = "evil.example" } };
        using var origin = new HttpRequestMessage(HttpMethod.Post, "/api/3.0/mlflow/scorer/invoke") { Headers = { { "Origin", "https://evil.example" } } };
        foreach (var request in (HttpRequestMessage[])[host, origin])
        {
            using var answer = await setup.Platform.Http.SendAsync(request, Ct);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        Assert.Equal(before, setup.Beside.Calls.Count);
    }

    [Theory]
    [InlineData("mlops.example.com", HttpStatusCode.OK)]
    [InlineData("mlops.example.com:5000", HttpStatusCode.OK)]
    [InlineData("fx.desk.example.com:8080", HttpStatusCode.OK)]
    [InlineData("fx.desk.example.com", HttpStatusCode.Forbidden)]
    [InlineData("mlops.example.com.evil.example", HttpStatusCode.Forbidden)]
    public async Task Request_OfAHost_IsTakenWhenTheOperatorNamedIt(string host, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/2.0/mlflow/experiments/get?experiment_id=0") { Headers = { Host = host } };
        using var answer = await setup.Platform.Http.SendAsync(request, Ct);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/alive")]
    public async Task Probe_OfAnyHost_IsAnswered(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = "10-0-0-7.pod.example" } };
        using var answer = await setup.Platform.Http.SendAsync(request, Ct);
        Assert.Equal((HttpStatusCode.OK, "OK"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct)));
    }

    [Fact]
    public async Task Request_WhenTheServerBesideIsDown_Is503InMlflowsShape()
    {
        await using var alone = new PassThroughPlatform();
        await alone.InitializeAsync();
        await alone.Beside.DisposeAsync();
        using var answer = await alone.Platform.Http.GetAsync("/api/2.0/mlflow/of-a-later-version", Ct);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("TEMPORARILY_UNAVAILABLE", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_OfAnotherMachine_IsRefusedUntilThereAreCredentials()
    {
        var before = setup.Beside.Calls.Count;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/2.0/mlflow/of-a-later-version") { Headers = { { "X-Forwarded-For", "10.0.0.7" } } };
        using var answer = await setup.Platform.Http.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("MLOps__Gateway__Access__Token", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Equal(before, setup.Beside.Calls.Count);
    }

    [Fact]
    public async Task Request_WithAuthorizationThatIsNotOurs_KeepsIt()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/2.0/mlflow/of-a-later-version") { Headers = { { "Authorization", "Bearer of-the-server-beside" } } };
        using var answer = await setup.Platform.Http.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("Bearer of-the-server-beside", setup.Beside.Calls[^1].Headers["Authorization"]);
    }

    [Fact]
    public async Task Dashboard_OfOrleans_IsNotThereUnlessAskedFor()
    {
        using var answer = await setup.Platform.Http.GetAsync("/orleans/", Ct);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
