using MLOps.Contracts.Problems;

namespace MLOps.Contracts.Experiments;

/// <summary>Names of experiments: MLflow's rules, for every way that makes one.</summary>
public static class ExperimentName
{
    private const int MaxLength = 500;

    /// <param name="name">The name.</param>
    /// <param name="parameter">What the caller calls it.</param>
    /// <exception cref="MLOpsException">InvalidArgument: empty, over 500 characters, or with NUL.</exception>
    public static string Check(string name, string parameter = "name")
    {
        if (name.Length == 0)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"Missing value for required parameter '{parameter}'.");
        }

        NameRules.NoNul(name, parameter);
        return NameRules.MaxLength(name, parameter, MaxLength);
    }
}
