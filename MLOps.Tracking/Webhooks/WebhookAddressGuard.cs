using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace MLOps.Tracking.Webhooks;

/// <summary>Keeps webhooks out of private networks: every address that a name resolves to must be public, when the URL is stored
/// and again when the connection is made, to the very address that was checked (a name may resolve otherwise a moment later).</summary>
internal sealed class WebhookAddressGuard(IOptions<WebhookOptions> options, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    private static readonly TimeSpan ResolveTimeout = TimeSpan.FromSeconds(5);

    private bool AllowsAll => options.Value.AllowPrivateAddresses == true;

    /// <returns>The first address of the host that is not public; null: there is none, or the name does not resolve now
    /// (nothing can be reached by it now; the connection will be checked again).</returns>
    public async Task<IPAddress?> FindPrivateAsync(Uri url, CancellationToken cancellationToken)
    {
        if (AllowsAll)
        {
            return null;
        }

        // The name that the HTTP client connects to: other scripts' dots are dots in it ("127。0。0。1").
        // RFC 6761: those of localhost never leave the machine, whatever a resolver says of them.
        var host = url.IdnHost.TrimEnd('.');
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase))
        {
            return IPAddress.Loopback;
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(ResolveTimeout);
        try
        {
            return (await ResolveAsync(host, timeout.Token)).FirstOrDefault(address => !PublicAddress.IsPublic(address));
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            // Unknown, or no name that a resolver takes.
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>A <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="WebhookAddressException">An address of the host is not public.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = await ResolveAsync(host, cancellationToken);
        if (!AllowsAll && addresses.FirstOrDefault(address => !PublicAddress.IsPublic(address)) is { } hidden)
        {
            throw new WebhookAddressException(Refusal(host, hidden));
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <exception cref="SocketException">The name does not resolve.</exception>
    private Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => IPAddress.TryParse(host, out var literal)
        ? Task.FromResult<IPAddress[]>([literal])
        : resolve(host, cancellationToken);

    public static string Refusal(string host, IPAddress address) =>
        $"Webhook URL must not resolve to a private, loopback or otherwise non-public IP address: '{host}' resolves to {address}. MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS=true allows it.";
}
