using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MLOps.Bench.OpenInference;

/// <summary>The ceiling: the same web server answering each request with its own body and doing nothing else. HTTP/2 without TLS, and gRPC's trailer, on the next port.</summary>
internal static class EchoServer
{
    public static async Task<int> RunAsync(Uri address, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, address.Port);
            kestrel.Listen(IPAddress.Loopback, OfGrpc(address).Port, static endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        await using var app = builder.Build();
        app.Run(EchoAsync);
        await app.StartAsync(cancellationToken);
        await Console.Out.WriteLineAsync($"echo: {address}");
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    /// <summary>Where calls of gRPC are echoed.</summary>
    public static Uri OfGrpc(Uri address) => new UriBuilder(address) { Port = address.Port + 1 }.Uri;

    private static async Task EchoAsync(HttpContext http)
    {
        if (HttpProtocol.IsHttp2(http.Request.Protocol))
        {
            await EchoGrpcAsync(http);
            return;
        }

        var body = new byte[http.Request.ContentLength ?? 0];
        await http.Request.Body.ReadExactlyAsync(body, http.RequestAborted);
        http.Response.ContentLength = body.Length;
        http.Response.ContentType = http.Request.ContentType;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static async Task EchoGrpcAsync(HttpContext http)
    {
        http.Response.ContentType = http.Request.ContentType;
        while (await http.Request.BodyReader.ReadAsync(http.RequestAborted) is var read)
        {
            if (read.IsCompleted)
            {
                foreach (var segment in read.Buffer)
                {
                    http.Response.BodyWriter.Write(segment.Span);
                }

                http.Request.BodyReader.AdvanceTo(read.Buffer.End);
                break;
            }

            http.Request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        http.Response.AppendTrailer("grpc-status", "0");
    }
}
