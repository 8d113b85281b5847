using System.Buffers;
using System.Net;
using System.Net.Sockets;
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
    /// <summary>Answers until it is told to end.</summary>
    /// <inheritdoc cref="StartAsync"/>
    /// <returns>0.</returns>
    public static async Task<int> RunAsync(Uri address, CancellationToken cancellationToken)
    {
        await using var app = await StartAsync(address, cancellationToken);
        await Console.Out.WriteLineAsync($"echo: {address}");
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    /// <exception cref="NotSupportedException">The address has a name: only an address of this machine can be listened on.</exception>
    /// <exception cref="IOException">Somebody else listens there.</exception>
    /// <exception cref="SocketException">It is no address of this machine.</exception>
    public static async Task<WebApplication> StartAsync(Uri address, CancellationToken cancellationToken)
    {
        // Localhost is two addresses, which Kestrel knows.
        var host = address.IsLoopback && address.HostNameType == UriHostNameType.Dns ? null
            : IPAddress.TryParse(address.DnsSafeHost, out var given) ? given
            : throw new NotSupportedException($"echo cannot listen on '{address.Host}': give --url an IP address of this machine, 0.0.0.0 for all of them, or localhost");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            Listen(kestrel, host, address.Port, HttpProtocols.Http1AndHttp2);
            Listen(kestrel, host, OfGrpc(address).Port, HttpProtocols.Http2);
        });
        var app = builder.Build();
        app.Run(EchoAsync);
        try
        {
            await app.StartAsync(cancellationToken);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where calls of gRPC are echoed.</summary>
    public static Uri OfGrpc(Uri address) => new UriBuilder(address) { Port = address.Port + 1 }.Uri;

    private static void Listen(KestrelServerOptions kestrel, IPAddress? host, int port, HttpProtocols protocols)
    {
        if (host is null)
        {
            kestrel.ListenLocalhost(port, endpoint => endpoint.Protocols = protocols);
        }
        else
        {
            kestrel.Listen(host, port, endpoint => endpoint.Protocols = protocols);
        }
    }

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
