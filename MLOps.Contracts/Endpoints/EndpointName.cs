using MLOps.Contracts.Problems;

namespace MLOps.Contracts.Endpoints;

/// <summary>The one check of endpoint and variant names: they become path segments, grain keys and metric tags.</summary>
public static class EndpointName
{
    public const int MaxLength = 128;

    /// <summary>Letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, but not <c>.</c> or <c>..</c>.</summary>
    public static bool IsValid(string? name) =>
        name is { Length: > 0 and <= MaxLength }
        && name is not ("." or "..")
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <exception cref="MLOpsException">InvalidArgument: not a valid name.</exception>
    public static void Check(string? name, string what)
    {
        if (!IsValid(name))
        {
            var shown = name is null ? "null" : $"'{new string([.. name.Where(c => !char.IsControl(c)).Take(80)])}'";
            throw new MLOpsException(
                ProblemCode.InvalidArgument,
                $"{shown} is not a valid {what}: expected 1 to {MaxLength} letters, digits, '.', '_' or '-', and not '.' or '..'.");
        }
    }
}
