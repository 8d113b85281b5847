using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Problems;

namespace MLOps.Gateway.Access;

/// <summary>Asks callers for the credentials of <see cref="AccessOptions"/>; without any configured it lets in who calls from this machine.</summary>
internal sealed class AccessGuard
{
    private static readonly string[] Forwarding = ["Forwarded", "X-Forwarded-For", "X-Original-For"];

    /// <summary>Secrets are compared by their codes under a key that nobody knows: in the same time whatever their length and however far they agree.</summary>
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly byte[]? _basic;
    private readonly byte[]? _bearer;
    private readonly bool _anonymous;

    public AccessGuard(IOptions<AccessOptions> options)
    {
        var access = options.Value;
        _basic = access.Username is null ? null : Code(Encoding.UTF8.GetBytes($"{access.Username}:{access.Password}"));
        _bearer = access.Token is null ? null : Code(Encoding.UTF8.GetBytes(access.Token));
        _anonymous = access.Anonymous;
    }

    /// <summary>Whether what a caller sends as its authorization is meant for this guard, and so for nobody behind it.</summary>
    public bool TakesCredentials => _basic is not null || _bearer is not null;

    /// <returns>Null: let in. A refusal of 401 has set the response's <c>WWW-Authenticate</c>.</returns>
    public AccessRefusal? Check(HttpContext http)
    {
        if (!TakesCredentials)
        {
            return _anonymous || IsOfThisMachine(http)
                ? null
                : new AccessRefusal(StatusCodes.Status403Forbidden, "PERMISSION_DENIED", $"This is open to callers on the gateway's own machine alone: set {AccessOptions.SectionName.Replace(":", "__", StringComparison.Ordinal)}__Token, or __Username and __Password, to open it to others.");
        }

        if (AuthenticationHeaderValue.TryParse(http.Request.Headers.Authorization, out var sent) && sent.Parameter is not null && Knows(sent))
        {
            return null;
        }

        http.Response.Headers.WWWAuthenticate = new[] { _basic is null ? null : "Basic realm=\"mlops\", charset=\"UTF-8\"", _bearer is null ? null : "Bearer realm=\"mlops\"" }.OfType<string>().ToArray();
        return new AccessRefusal(
            StatusCodes.Status401Unauthorized,
            "UNAUTHENTICATED",
            http.Request.Headers.ContainsKey(HeaderNames.Authorization) ? "The credentials are not the gateway's." : "This asks for credentials: set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.");
    }

    /// <summary>The same in front of a page of ours.</summary>
    public RequestDelegate InFrontOf(RequestDelegate next) => http => Check(http) is { } refusal
        ? ProblemHandler.WriteAsync(http, refusal.Status, ProblemCode.PermissionDenied, refusal.Message)
        : next(http);

    /// <summary>The address of whoever asks, unless something says that it asks for another: a proxy on this machine, or ASP.NET Core itself, which takes a forwarded address for the caller's where it is told to and keeps the other in <c>X-Original-For</c>.</summary>
    private static bool IsOfThisMachine(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !Forwarding.Any(http.Request.Headers.ContainsKey);

    private bool Knows(AuthenticationHeaderValue sent)
    {
        if ("Bearer".Equals(sent.Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return _bearer is not null && CryptographicOperations.FixedTimeEquals(_bearer, Code(Encoding.UTF8.GetBytes(sent.Parameter!)));
        }

        var bytes = new byte[sent.Parameter!.Length];
        return "Basic".Equals(sent.Scheme, StringComparison.OrdinalIgnoreCase)
            && _basic is not null
            && Convert.TryFromBase64String(sent.Parameter, bytes, out var length)
            && CryptographicOperations.FixedTimeEquals(_basic, Code(bytes.AsSpan(0, length)));
    }

    private byte[] Code(ReadOnlySpan<byte> secret) => HMACSHA256.HashData(_key, secret);
}
