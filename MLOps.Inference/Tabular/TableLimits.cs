using MLOps.Inference.Codecs;

namespace MLOps.Inference.Tabular;

/// <summary>How much of a Parquet file may be in memory together: what a file says about itself is not to be believed without bound.</summary>
/// <param name="Cells">Of the selected columns.</param>
/// <param name="Bytes">Of the selected columns, unpacked.</param>
/// <param name="OfFile">Whether that goes for the whole file, whose rows are then gathered; else for each of its row groups.</param>
public sealed record TableLimits(long Cells, long Bytes, bool OfFile)
{
    /// <summary>Of a file of any length, read a chunk at a time.</summary>
    public static TableLimits RowGroup { get; } = new(1L << 26, 1L << 30, OfFile: false);

    /// <summary>Of a table that is one request.</summary>
    public static TableLimits Request { get; } = new(8L << 20, OipLimits.MaxBytes, OfFile: true);

    /// <exception cref="InferenceException">TooLarge, of a file; InvalidRequest, of a row group, which can be written smaller.</exception>
    internal void Require(long cells, long bytes)
    {
        if (cells <= Cells && bytes <= Bytes)
        {
            return;
        }

        var what = cells > Cells ? $"more than {Cells} values" : $"values of more than {Bytes} bytes";
        throw OfFile
            ? InferenceException.TooLarge($"The Parquet file has {what}.")
            : InferenceException.Invalid($"A row group of the Parquet file has {what} in the columns that are wanted: write the file with smaller row groups.");
    }
}
