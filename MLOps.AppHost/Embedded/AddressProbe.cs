using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace MLOps.AppHost.Embedded;

/// <summary>Tries the addresses before anything starts: a port in use is the commonest fault, and a silo that has started for nothing takes seconds to stop.</summary>
internal static class AddressProbe
{
    /// <exception cref="IOException">An address is in use (inner: <see cref="AddressInUseException"/>).</exception>
    /// <exception cref="FormatException">It is no address, or none that this machine and user may listen on.</exception>
    public static void Check(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var address = BindingAddress.Parse(url);
            if (address.Port is < 0 or > IPEndPoint.MaxPort)
            {
                throw new FormatException($"port {address.Port} is not between 0 and {IPEndPoint.MaxPort}");
            }

            if (!address.IsUnixPipe && !address.IsNamedPipe)
            {
                Try(address);
            }
        }
    }

    private static void Try(BindingAddress address)
    {
        // As the server will: localhost is both loopbacks, another name than an address is every interface.
        IPAddress[] candidates = address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            ? [IPAddress.Loopback, IPAddress.IPv6Loopback]
            : [IPAddress.TryParse(address.Host.Trim('[', ']'), out var given) ? given : IPAddress.Any];
        foreach (var candidate in candidates)
        {
            try
            {
                using var listener = new TcpListener(candidate, address.Port);
                listener.Start();
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                throw new IOException(exception.Message, new AddressInUseException(exception.Message, exception));
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AccessDenied
                || (exception.SocketErrorCode == SocketError.AddressNotAvailable && candidate.AddressFamily == AddressFamily.InterNetwork))
            {
                throw new FormatException(exception.Message, exception);
            }
            catch (SocketException exception) when (candidate.AddressFamily == AddressFamily.InterNetworkV6
                && exception.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
            {
                // A machine without IPv6: the server does without it too.
            }
        }
    }
}
