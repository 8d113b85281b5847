using System.Net;
using System.Text;
using MLOps.Gateway.Tests.Endpoints;

namespace MLOps.Gateway.Tests.Hosting;

/// <summary>Pages of other origins, which the operator has named.</summary>
public sealed class CrossOriginTests : IAsyncLifetime
{
    private const string Desk = "https://desk.example";
    private const string Create = "/api/2.0/mlflow/experiments/create";
    private readonly ServingPlatform _platform = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _platform.DisposeAsync();

    [Fact]
    public async Task NamedOrigin_MayReadAndWriteAndOthersMayNot()
    {
        await StartAsync(Desk + ", https://other.example:8443");
        using var preflight = await SendAsync(HttpMethod.Options, Desk, ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type"));
        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Equal(Desk, Header(preflight, "Access-Control-Allow-Origin"));
        Assert.Equal("POST", Header(preflight, "Access-Control-Allow-Methods"));
        Assert.Equal("content-type", Header(preflight, "Access-Control-Allow-Headers"));

        using var written = await SendAsync(HttpMethod.Post, Desk);
        Assert.Equal(HttpStatusCode.OK, written.StatusCode);
        Assert.Equal(Desk, Header(written, "Access-Control-Allow-Origin"));
        Assert.Equal("true", Header(written, "Access-Control-Allow-Credentials"));

        // A refusal is readable too.
        using var refused = await SendAsync(HttpMethod.Post, Desk);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(Desk, Header(refused, "Access-Control-Allow-Origin"));

        using var other = await SendAsync(HttpMethod.Post, "https://evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
        Assert.Null(Header(other, "Access-Control-Allow-Origin"));
        using var otherPreflight = await SendAsync(HttpMethod.Options, "https://evil.example", ("Access-Control-Request-Method", "POST"));
        Assert.Null(Header(otherPreflight, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task EveryOrigin_MayWriteWithoutCredentials()
    {
        await StartAsync("*");
        using var written = await SendAsync(HttpMethod.Post, "https://anywhere.example");
        Assert.Equal(HttpStatusCode.OK, written.StatusCode);
        Assert.Equal("*", Header(written, "Access-Control-Allow-Origin"));
        Assert.Null(Header(written, "Access-Control-Allow-Credentials"));
    }

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    private async Task StartAsync(string origins)
    {
        _platform.Settings["MLOps:Gateway:AllowedOrigins"] = origins;
        await _platform.InitializeAsync();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string origin, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, Create)
        {
            Headers = { { "Origin", origin } },
            Content = method == HttpMethod.Post ? new StringContent("""{"name":"cross"}""", Encoding.UTF8, "application/json") : null,
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await _platform.Http.SendAsync(request, Ct);
    }
}
