using MLOps.Contracts.Problems;

namespace MLOps.Silo.Datasets;

/// <summary>Where the columns of daily bars are in a header.</summary>
internal sealed record OhlcvColumns(int Date, int Open, int High, int Low, int Close, int Volume)
{
    public const string Kind = "ohlcv";

    /// <exception cref="MLOpsException">InvalidArgument: a required column is missing.</exception>
    public static OhlcvColumns Find(IReadOnlyList<string> header)
    {
        int At(string name)
        {
            for (var i = 0; i < header.Count; i++)
            {
                if (header[i] == name)
                {
                    return i;
                }
            }

            throw new MLOpsException(ProblemCode.InvalidArgument, $"There is no column '{name}': a dataset of kind ohlcv needs date, open, high, low, close, volume (lower case); it has {string.Join(", ", header)}.");
        }

        return new OhlcvColumns(At("date"), At("open"), At("high"), At("low"), At("close"), At("volume"));
    }
}
