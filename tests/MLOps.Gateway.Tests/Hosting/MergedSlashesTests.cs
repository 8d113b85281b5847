using System.Net;
using System.Text;
using MLOps.Gateway.Tests.Endpoints;

namespace MLOps.Gateway.Tests.Hosting;

/// <summary>Addresses that were joined with a slash too many.</summary>
public sealed class MergedSlashesTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("//api/2.0/mlflow/experiments/get?experiment_id=0", "/api/2.0/mlflow/experiments/get?experiment_id=0")]
    [InlineData("/api/2.0//mlflow///experiments/get", "/api/2.0/mlflow/experiments/get")]
    [InlineData("//other.example//x", "/other.example/x")]
    [InlineData("//%5Cother.example//x", "/%5Cother.example/x")]
    [InlineData("/a%2F%2Fb//c", "/a%2F%2Fb/c")]
    public async Task Path_WithSlashesTooMany_LeadsToTheOneWithout(string target, string expected)
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler);
        using var answer = await http.GetAsync(platform.Http.BaseAddress!.GetLeftPart(UriPartial.Authority) + target, Ct);
        Assert.Equal((HttpStatusCode.PermanentRedirect, expected), (answer.StatusCode, answer.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task Post_WithSlashesTooMany_ArrivesWithItsBody()
    {
        var name = Guid.NewGuid().ToString("n");
        using var body = new StringContent($$"""{"name":"{{name}}"}""", Encoding.UTF8, "application/json");
        using var answer = await platform.Http.PostAsync(platform.Http.BaseAddress!.GetLeftPart(UriPartial.Authority) + "//api/2.0/mlflow/experiments/create", body, Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var found = await platform.Http.GetAsync("/api/2.0/mlflow/experiments/get-by-name?experiment_name=" + name, Ct);
        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/api/2.0/mlflow/nothing")]
    public async Task Path_WithoutThem_IsAnsweredItself(string path)
    {
        using var answer = await platform.Http.GetAsync(path, Ct);
        Assert.NotEqual(HttpStatusCode.PermanentRedirect, answer.StatusCode);
    }
}
