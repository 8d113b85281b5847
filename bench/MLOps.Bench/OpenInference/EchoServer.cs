using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MLOps.Bench.OpenInference;

/// <summary>The ceiling: the same web server answering each request with its own body and doing nothing else.</summary>
internal static class EchoServer
{
    public static async Task<int> RunAsync(Uri address, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address.GetLeftPart(UriPartial.Authority));
        await using var app = builder.Build();
        app.Run(EchoAsync);
        await app.StartAsync(cancellationToken);
        await Console.Out.WriteLineAsync($"echo: {address}");
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    private static async Task EchoAsync(HttpContext http)
    {
        var body = new byte[http.Request.ContentLength ?? 0];
        await http.Request.Body.ReadExactlyAsync(body, http.RequestAborted);
        http.Response.ContentLength = body.Length;
        http.Response.ContentType = http.Request.ContentType;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }
}
