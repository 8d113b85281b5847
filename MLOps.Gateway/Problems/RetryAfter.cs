using System.Globalization;
using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Problems;

/// <summary>Tells a caller when to try again, in every protocol over HTTP.</summary>
internal static class RetryAfter
{
    /// <summary>Sets the header where a retry may succeed: whole seconds, at least one.</summary>
    public static void Set(HttpResponse response, MLOpsException exception)
    {
        if (exception.RetryAfter is not null || exception.Code is ProblemCode.ResourceExhausted or ProblemCode.Unavailable or ProblemCode.TooManyRequests)
        {
            response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(exception.RetryAfter?.TotalSeconds ?? 1)).ToString(CultureInfo.InvariantCulture);
        }
    }
}
