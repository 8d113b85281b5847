using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using MLOps.Gateway.Hosting;

namespace MLOps.Gateway.Tests.Hosting;

public sealed class EscapedNamesTests
{
    [Theory]
    [InlineData("", "/api/v1/mlflow/experiments/a%2Fb/runs", "a/b")]
    [InlineData("", "/api/v1/mlflow/experiments/a%2fb%252F%20c/runs?page_token=x%2Fy", "a/b%2F c")]
    [InlineData("/desk/team", "/desk/team/api/v1/mlflow/experiments/a%2Fb/runs", "a/b")]
    [InlineData("", "/api/v1/mlflow/experiments/plain/runs?page_token=x%2Fy", "plain")]
    public async Task Invoke_ASlashInAName_ReachesTheHandler(string pathBase, string target, string expected)
    {
        var http = new DefaultHttpContext();
        http.Request.PathBase = pathBase;
        http.Features.Get<IHttpRequestFeature>()!.RawTarget = target;
        http.Request.RouteValues["name"] = "as the server gives it";
        http.SetEndpoint(new RouteEndpoint(_ => Task.CompletedTask, RoutePatternFactory.Parse("/api/v1/mlflow/experiments/{name}/runs"), 0, null, null));
        string? seen = null;
        await EscapedNames.InvokeAsync(http, context =>
        {
            seen = (string?)context.Request.RouteValues["name"];
            return Task.CompletedTask;
        });
        Assert.Equal(expected, seen);
    }
}
