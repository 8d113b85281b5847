using System.Globalization;
using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Problems;

/// <summary>Tells a caller when to try again, in every protocol over HTTP.</summary>
internal static class RetryAfter
{
    /// <returns>Null: waiting alone does not help, or nobody knows that it does.</returns>
    public static TimeSpan? Of(MLOpsException exception) => exception.RetryAfter switch
    {
        { } never when never == Timeout.InfiniteTimeSpan => null,
        null when exception.Code is ProblemCode.ResourceExhausted or ProblemCode.Unavailable or ProblemCode.TooManyRequests => TimeSpan.FromSeconds(1),
        var known => known,
    };

    /// <summary>Sets the header where a retry may succeed: whole seconds, at least one.</summary>
    public static void Set(HttpResponse response, MLOpsException exception)
    {
        if (Of(exception) is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }
    }
}
