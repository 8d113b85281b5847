using System.Text.RegularExpressions;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Search;

/// <summary>The pattern of RLIKE. It is matched in time proportional to the text: no pattern can stop a server.</summary>
internal static class SearchPattern
{
    private const int MaxLength = 1000;

    // Matching is linear, but a large pattern over a large text takes long all the same.
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(1);

    /// <exception cref="MLOpsException">InvalidArgument: no regular expression, or one with back references or look-arounds.</exception>
    public static Regex Parse(string pattern)
    {
        if (pattern.Length > MaxLength)
        {
            throw FilterTokenizer.Invalid($"The pattern has {pattern.Length} characters: RLIKE takes at most {MaxLength}.");
        }

        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeLimit);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"RLIKE cannot use the pattern '{pattern}': {exception.Message}", exception);
        }
    }
}
