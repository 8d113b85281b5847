using Microsoft.AspNetCore.Http.Features;

namespace MLOps.Dashboard.Hosting;

/// <summary>The three reads that the browser does itself (curves, their stream, files), passed on to a gateway that is another process.
/// In one process with the gateway they are the gateway's own routes, at the same paths.</summary>
internal static class GatewayForwarding
{
    private static readonly string[] Paths =
    [
        "/api/v1/mlflow/runs/{id}/metrics",
        "/api/v1/mlflow/runs/{id}/metrics/stream",
        "/get-artifact",
    ];

    private static readonly string[] Headers = ["Content-Type", "Content-Length", "Content-Disposition", "X-Content-Type-Options", "Cache-Control"];

    public static void MapGatewayForwarding(this WebApplication app)
    {
        foreach (var path in Paths)
        {
            // After the gateway's own routes, should this process have them all the same.
            app.MapGet(path, ForwardAsync).WithOrder(int.MaxValue);
        }
    }

    private static async Task ForwardAsync(HttpContext context, GatewayHttpClient gateway)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.TrimStart('/');
        using var request = new HttpRequestMessage(HttpMethod.Get, target);
        try
        {
            using var answer = await gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            context.Response.StatusCode = (int)answer.StatusCode;
            foreach (var header in Headers)
            {
                if (answer.Content.Headers.TryGetValues(header, out var values) || answer.Headers.TryGetValues(header, out values))
                {
                    context.Response.Headers[header] = values.ToArray();
                }
            }

            // Events must not wait in a buffer.
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await context.Response.StartAsync(context.RequestAborted);
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
        catch (HttpRequestException) when (!context.Response.HasStarted)
        {
            await TypedResults.Problem($"Cannot reach the gateway at {gateway.Http.BaseAddress}.", statusCode: StatusCodes.Status502BadGateway).ExecuteAsync(context);
        }
    }
}
