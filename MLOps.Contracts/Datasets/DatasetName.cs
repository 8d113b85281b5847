using MLOps.Contracts.Problems;

namespace MLOps.Contracts.Datasets;

/// <summary>Names of datasets: they become folders of the artifact store and segments of URLs.</summary>
public static class DatasetName
{
    private const int MaximumLength = 100;

    /// <exception cref="MLOpsException">InvalidArgument: not 1 to 100 letters, digits, '-', '_' or '.', beginning with a letter or digit.</exception>
    public static string Check(string name)
    {
        if (name.Length is 0 or > MaximumLength
            || !char.IsAsciiLetterOrDigit(name[0])
            || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"'name' is '{name}': a dataset's name has 1 to {MaximumLength} letters, digits, '-', '_' or '.' and begins with a letter or digit.");
        }

        return name;
    }
}
