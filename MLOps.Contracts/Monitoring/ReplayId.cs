using MLOps.Contracts.Problems;

namespace MLOps.Contracts.Monitoring;

/// <summary>Ids of replays: they stand in URLs and alert messages.</summary>
public static class ReplayId
{
    private const int MaxLength = 64;

    /// <exception cref="MLOpsException">InvalidArgument: not 1 to 64 letters, digits, '.', '_' or '-'.</exception>
    public static string Check(string id) =>
        id.Length is > 0 and <= MaxLength && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            ? id
            : throw new MLOpsException(ProblemCode.InvalidArgument, $"'replay' is not an id: expected 1 to {MaxLength} letters, digits, '.', '_' or '-'.");
}
