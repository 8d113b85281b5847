using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Hosting;

/// <summary>Who asks, as far as the request says. Nothing here proves it: until callers are authenticated this is what the history notes, no more.</summary>
internal static class Caller
{
    /// <summary>The header in which a caller names its user.</summary>
    public const string Header = "X-MLOps-User";

    private const int MaxLength = 256;

    /// <summary>The header, else the user name of Basic authorization (what MLFLOW_TRACKING_USERNAME sends), else <paramref name="unknown"/>.</summary>
    /// <exception cref="MLOpsException">InvalidArgument: the name is over 256 characters or has control characters.</exception>
    public static string Of(HttpContext http, string unknown = ChangeNote.Anonymous)
    {
        var name = http.Request.Headers[Header].ToString().Trim();
        if (name.Length == 0)
        {
            name = BasicUser(http.Request.Headers.Authorization.ToString()) ?? string.Empty;
        }

        if (name.Length > MaxLength || name.Any(char.IsControl))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"{Header} (or the user of Authorization) is not a name: expected at most {MaxLength} characters without control characters");
        }

        return name.Length == 0 ? unknown : name;
    }

    private static string? BasicUser(string authorization)
    {
        if (!AuthenticationHeaderValue.TryParse(authorization, out var header) || !"Basic".Equals(header.Scheme, StringComparison.OrdinalIgnoreCase) || header.Parameter is null)
        {
            return null;
        }

        var bytes = new byte[header.Parameter.Length];
        return Convert.TryFromBase64String(header.Parameter, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length).Split(':')[0].Trim() : null;
    }
}
