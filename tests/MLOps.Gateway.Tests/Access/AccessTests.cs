using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace MLOps.Gateway.Tests.Access;

/// <summary>What reaches beyond the platform is shown to who has the gateway's credentials, and these end here.</summary>
public sealed class AccessTests(GuardedPlatform setup) : IClassFixture<GuardedPlatform>
{
    private const string Beyond = "/api/2.0/mlflow/of-a-later-version";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", Beyond)]
    [InlineData("POST", "/api/3.0/mlflow/scorer/invoke")]
    [InlineData("GET", "/ajax-api/2.0/mlflow/of-a-later-version")]
    public async Task PassThrough_WithoutCredentials_Is401InMlflowsShapeAndReachesNobody(string method, string path)
    {
        var before = setup.Beside.Calls.Count;
        foreach (var authorization in (AuthenticationHeaderValue?[])[null, new("Bearer", "wrong"), Basic("quant:wrong")])
        {
            using var answer = await SendAsync(method, path, authorization);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal(["Basic", "Bearer"], answer.Headers.WwwAuthenticate.Select(challenge => challenge.Scheme));
            using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Ct));
            Assert.Equal("UNAUTHENTICATED", body.RootElement.GetProperty("error_code").GetString());
        }

        Assert.Equal(before, setup.Beside.Calls.Count);
    }

    [Fact]
    public async Task PassThrough_WithCredentials_IsAnsweredAndPassesNoneOfThemOn()
    {
        foreach (var authorization in (AuthenticationHeaderValue[])[new("Bearer", GuardedPlatform.Token), Basic("quant:secret")])
        {
            using var answer = await SendAsync("GET", Beyond, authorization);
            Assert.Equal((HttpStatusCode.OK, "received"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct)));
            var call = setup.Beside.Calls[^1];
            Assert.Equal(Beyond, call.Path);
            Assert.False(call.Headers.ContainsKey("Authorization"));
            Assert.DoesNotContain(call.Headers.Values, value => value.Contains(authorization.Parameter!, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task OwnRoute_WithoutCredentials_IsAnswered()
    {
        using var answer = await SendAsync("GET", "/api/2.0/mlflow/experiments/get?experiment_id=0", null);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("/orleans")]
    [InlineData("/orleans/")]
    [InlineData("/Orleans/index.html")]
    [InlineData("//orleans/index.html")]
    [InlineData("/orleans/DashboardCounters")]
    [InlineData("/orleans/GrainState?grainId=platform&grainType=housekeeping")]
    [InlineData("/orleans/Trace")]
    public async Task Dashboard_WithoutCredentials_Is401(string path)
    {
        using var answer = await SendAsync("GET", path, null);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Dashboard_WithCredentials_ShowsSiloAndGrains()
    {
        using (var page = await SendAsync("GET", "/orleans/", new("Bearer", GuardedPlatform.Token)))
        {
            Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        }

        using (var logs = await SendAsync("GET", "/orleans/Trace", new("Bearer", GuardedPlatform.Token)))
        {
            Assert.Equal(HttpStatusCode.Forbidden, logs.StatusCode);
        }

        // Counters are gathered every second: soon there is a silo with grains.
        var deadline = TimeProvider.System.GetUtcNow() + Patience;
        while (true)
        {
            using var answer = await SendAsync("GET", "/orleans/DashboardCounters", new("Bearer", GuardedPlatform.Token));
            var text = await answer.Content.ReadAsStringAsync(Ct);
            Assert.True(answer.IsSuccessStatusCode, text);
            using var counters = JsonDocument.Parse(text);
            if (counters.RootElement.GetProperty("totalActiveHostCount").GetInt32() == 1 && text.Contains("MLOps.Silo.", StringComparison.Ordinal))
            {
                break;
            }

            Assert.True(TimeProvider.System.GetUtcNow() < deadline, $"waited {Patience} for a silo and its grains in the dashboard's counters: {text}");
            await Task.Delay(200, Ct);
        }
    }

    private static AuthenticationHeaderValue Basic(string credentials) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));

    private async Task<HttpResponseMessage> SendAsync(string method, string path, AuthenticationHeaderValue? authorization)
    {
        // As it is written: a leading // would be another host.
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(setup.Platform.Http.BaseAddress!.GetLeftPart(UriPartial.Authority) + path)) { Headers = { Authorization = authorization } };
        return await setup.Platform.Http.SendAsync(request, Ct);
    }
}
