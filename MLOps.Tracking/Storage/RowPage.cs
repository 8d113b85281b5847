using System.Globalization;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Storage;

/// <summary>Pages of rows that are only ever appended, newest first. A page token is the id of the last row shown: what is appended later does not shift the next page.</summary>
internal static class RowPage
{
    /// <returns>The id before which the page begins.</returns>
    /// <exception cref="MLOpsException">InvalidArgument: not a token of ours.</exception>
    public static long Before(string? pageToken) => string.IsNullOrEmpty(pageToken)
        ? long.MaxValue
        : long.TryParse(pageToken, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new MLOpsException(ProblemCode.InvalidArgument, $"page_token is '{pageToken[..Math.Min(64, pageToken.Length)]}': expected the next_page_token of the page before");

    /// <summary>Cuts a result that was asked for with one row too many, and says whether there is more.</summary>
    public static Page<T> Of<T>(List<(long Id, T Row)> rows, int max) => new(
        [.. rows.Take(max).Select(row => row.Row)],
        rows.Count > max ? rows[max - 1].Id.ToString(CultureInfo.InvariantCulture) : null);
}
