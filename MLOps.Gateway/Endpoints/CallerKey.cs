using System.Globalization;
using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Endpoints;

/// <summary>Who calls, as far as it matters for the variant that answers, the caller's rate, and the unit of a test.</summary>
internal static class CallerKey
{
    /// <summary>In the protocols that have request parameters.</summary>
    public const string Parameter = "caller_key";

    /// <summary>Characters. Keys are kept by what remembers callers, so that their length is memory.</summary>
    public const int MaxLength = 256;

    private const string Header = "X-MLOps-Caller-Key";

    /// <summary>The header's key, else the parameter's; a whole number is the same key as its digits are as text.</summary>
    /// <param name="parameter">As the request gave it; null: it did not.</param>
    /// <returns>Null: no key, which one of no characters says too.</returns>
    /// <exception cref="MLOpsException">InvalidArgument: the parameter is neither text nor a whole number, or the key is too long. It must not be passed over: the caller would meet another variant each time.</exception>
    public static string? Of(HttpContext context, object? parameter)
    {
        var given = parameter switch
        {
            null => null,
            string text => text,
            long or ulong => Convert.ToString(parameter, CultureInfo.InvariantCulture),
            _ => throw new MLOpsException(ProblemCode.InvalidArgument, $"{Parameter} must be a text or a whole number below 2^63: the same one in every request of a caller."),
        };
        var key = context.Request.Headers[Header].ToString() is { Length: > 0 } header ? header : given;
        if (key?.Length > MaxLength)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"{Parameter} (or the header {Header}) has {key.Length} characters: expected at most {MaxLength}.");
        }

        return string.IsNullOrEmpty(key) ? null : key;
    }
}
