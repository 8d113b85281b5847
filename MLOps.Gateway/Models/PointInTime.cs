using System.Globalization;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Models;

/// <summary>A moment in a query: ISO 8601 (UTC when no offset is given) or Unix ms.</summary>
internal static class PointInTime
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    /// <returns>Unix ms; null when nothing was given.</returns>
    /// <exception cref="MLOpsException">InvalidArgument: neither form.</exception>
    public static long? Parse(string? at)
    {
        if (string.IsNullOrEmpty(at))
        {
            return null;
        }

        if (long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
        {
            return milliseconds;
        }

        // A plus sign that was not escaped arrives as a blank.
        return DateTimeOffset.TryParseExact(at.Replace(' ', '+'), Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            ? moment.ToUnixTimeMilliseconds()
            : throw new MLOpsException(ProblemCode.InvalidArgument, $"at is '{at}': expected a time such as 2026-02-01T09:30:00Z, or Unix milliseconds");
    }
}
