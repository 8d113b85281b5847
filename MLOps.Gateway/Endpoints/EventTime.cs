using System.Globalization;
using MLOps.Contracts.Monitoring;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Endpoints;

/// <summary>When the newest observation of a request happened, and whether the request replays history.</summary>
internal static class EventTime
{
    public const string Parameter = "event_time";
    public const string ReplayParameter = "replay";

    /// <summary>ISO 8601 in its extended format: a date, or a date and a time to the minute or finer, with an offset, Z, or neither.</summary>
    private static readonly string[] Formats =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <param name="value">An ISO 8601 date or date-time (UTC unless it says otherwise), Unix ms, or null: now.</param>
    /// <param name="time">The clock.</param>
    /// <returns>Unix ms.</returns>
    /// <exception cref="MLOpsException">InvalidArgument: anything else.</exception>
    public static long Parse(object? value, TimeProvider time) => value switch
    {
        null => time.GetUtcNow().ToUnixTimeMilliseconds(),
        long milliseconds and >= 0 => milliseconds,
        string text when DateTimeOffset.TryParseExact(
            text,
            Formats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var parsed) => parsed.ToUnixTimeMilliseconds(),
        _ => throw new MLOpsException(ProblemCode.InvalidArgument, $"{Parameter} must be an ISO 8601 date or date-time, for example 2020-03-16 or 2020-03-16T20:00:00Z, or Unix time in ms."),
    };

    /// <param name="value">The id of a replay, or null: live traffic.</param>
    /// <param name="eventTime">The request's event time as it was given.</param>
    /// <exception cref="MLOpsException">InvalidArgument: not an id, or a replay without an event time.</exception>
    public static string? Replay(object? value, object? eventTime) => (value, eventTime) switch
    {
        (null, _) => null,
        (string id, not null) => ReplayId.Check(id),
        (string, null) => throw new MLOpsException(ProblemCode.InvalidArgument, $"{ReplayParameter} is given without {Parameter}: a replayed observation happened at some time, expected it as an ISO 8601 date or date-time or Unix time in ms."),
        _ => throw new MLOpsException(ProblemCode.InvalidArgument, $"{ReplayParameter} must be a text: an id of your choice for this replay."),
    };
}
