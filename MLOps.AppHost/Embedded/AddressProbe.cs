using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;

namespace MLOps.AppHost.Embedded;

/// <summary>Tries the addresses before anything starts: a port in use is the commonest fault, and a silo that has started for nothing takes seconds to stop.</summary>
internal static class AddressProbe
{
    /// <summary>Marks the certificate that <c>dotnet dev-certs https</c> makes.</summary>
    private const string DevelopmentCertificate = "1.3.6.1.4.1.311.84.1.1";

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

    /// <exception cref="CertificateMissingException">An https address, and no certificate is configured or installed.</exception>
    public static void CheckCertificate(string urls, IConfiguration configuration)
    {
        var secure = Array.Find(
            urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            url => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase));
        if (secure is not null && !configuration.GetSection("Kestrel:Certificates").GetChildren().Any() && !HasDevelopmentCertificate())
        {
            throw new CertificateMissingException($"{secure} needs a certificate");
        }
    }

    private static bool HasDevelopmentCertificate()
    {
        using var store = new X509Store(StoreName.My, StoreLocation.CurrentUser);
        store.Open(OpenFlags.ReadOnly);
        var now = TimeProvider.System.GetLocalNow().DateTime;
        var certificates = store.Certificates;
        var found = certificates.Any(certificate => certificate.HasPrivateKey
            && certificate.NotBefore <= now && now <= certificate.NotAfter
            && certificate.Extensions.Any(extension => extension.Oid?.Value == DevelopmentCertificate));
        foreach (var certificate in certificates)
        {
            certificate.Dispose();
        }

        return found;
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
