using MLOps.Contracts.Problems;

namespace MLOps.Contracts.Models;

/// <summary>Names of registered models: MLflow's rules, for every way that makes one.</summary>
public static class ModelName
{
    private const int MaxLength = 256;

    /// <param name="name">The name.</param>
    /// <param name="parameter">What the caller calls it.</param>
    /// <exception cref="MLOpsException">InvalidArgument: empty, over 256 characters, with '/', ':' or NUL, or not its own normal form as a file name.</exception>
    public static string Check(string name, string parameter = "name")
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"Missing value for required parameter '{parameter}'.");
        }

        if (name.Contains('/', StringComparison.Ordinal) || name.Contains(':', StringComparison.Ordinal))
        {
            var field = parameter.EndsWith("name", StringComparison.Ordinal) ? string.Empty : $" in '{parameter}'";
            throw new MLOpsException(ProblemCode.InvalidArgument, $"Invalid model name '{NameRules.Shortened(name)}'{field}. Names cannot contain '/' or ':'.");
        }

        NameRules.FileLike(name, parameter);
        NameRules.NoNul(name, parameter);
        return NameRules.MaxLength(name, parameter, MaxLength);
    }
}
