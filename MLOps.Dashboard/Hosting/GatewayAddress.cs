using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace MLOps.Dashboard.Hosting;

/// <summary>Where the gateway is: as configured, else this very process, whose address is known once it listens.</summary>
internal sealed class GatewayAddress(IOptions<DashboardOptions> options, IServer server)
{
    /// <exception cref="InvalidOperationException">Not configured, and this process does not listen.</exception>
    public Uri Resolve()
    {
        if (options.Value.GatewayUrl is { } configured)
        {
            return WithSlash(new Uri(configured));
        }

        var own = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            ?? throw new InvalidOperationException(
                $"The dashboard does not know its gateway: this process listens on no address. Set {DashboardOptions.SectionName}:{nameof(DashboardOptions.GatewayUrl)}.");
        return WithSlash(new Uri(Callable(own), (options.Value.PathBase ?? string.Empty).TrimEnd('/') + "/"));
    }

    /// <summary>An address to listen on may be a wildcard, which nobody can call.</summary>
    internal static Uri Callable(string listening)
    {
        var address = BindingAddress.Parse(listening);
        var host = address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : address.Host;
        return new UriBuilder(address.Scheme, host, address.Port, address.PathBase).Uri;
    }

    // A relative path replaces what follows the last slash of a base address.
    private static Uri WithSlash(Uri address) =>
        address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
}
