using System.Globalization;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Endpoints;

/// <summary>When the newest observation of a request happened.</summary>
internal static class EventTime
{
    public const string Parameter = "event_time";

    /// <param name="value">An ISO date or date-time (UTC unless it says otherwise), Unix ms, or null: now.</param>
    /// <param name="time">The clock.</param>
    /// <returns>Unix ms.</returns>
    /// <exception cref="MLOpsException">InvalidArgument: anything else.</exception>
    public static long Parse(object? value, TimeProvider time) => value switch
    {
        null => time.GetUtcNow().ToUnixTimeMilliseconds(),
        long milliseconds and >= 0 => milliseconds,
        string text when DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var parsed) => parsed.ToUnixTimeMilliseconds(),
        _ => throw new MLOpsException(ProblemCode.InvalidArgument, $"{Parameter} must be an ISO date or date-time, or Unix time in ms."),
    };
}
