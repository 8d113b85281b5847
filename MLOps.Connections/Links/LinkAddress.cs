using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace MLOps.Connections.Links;

/// <summary>Where a process answers on links, and which process it has to be: another one may listen there by then.</summary>
/// <param name="Token">Known to those whom the process itself has told it; nobody else is answered.</param>
public sealed record LinkAddress(IPEndPoint Endpoint, Guid Token)
{
    private const char Separator = '/';

    /// <returns><c>address:port/token</c>.</returns>
    public override string ToString() => $"{Endpoint}{Separator}{Token:N}";

    public static bool TryParse(string? text, [NotNullWhen(true)] out LinkAddress? address)
    {
        address = text?.LastIndexOf(Separator) is int at and > 0 && IPEndPoint.TryParse(text.AsSpan(0, at), out var endpoint) && Guid.TryParseExact(text.AsSpan(at + 1), "N", out var token)
            ? new LinkAddress(endpoint, token)
            : null;
        return address is not null;
    }
}
