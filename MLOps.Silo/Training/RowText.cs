using System.Globalization;
using MLOps.Models.Data;

namespace MLOps.Silo.Training;

/// <summary>How the files of a model name a row.</summary>
internal static class RowText
{
    /// <summary>The row's time, or its number where there are no times.</summary>
    public static string Of(TrainingData rows, int row) => rows.Times is { } times
        ? times[row].ToString("O", CultureInfo.InvariantCulture)
        : row.ToString(CultureInfo.InvariantCulture);
}
