using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Classical.Microstructure;

/// <summary>Checks of columns of prices and sizes.</summary>
internal static class QuoteRows
{
    public static double[] Positive(TrainingData data, string column) => Checked(data, column, value => value > 0, "a positive number");

    public static double[] NotNegative(TrainingData data, string column) => Checked(data, column, value => value >= 0, "a number of at least 0");

    public static void CheckNotCrossed(double[] bid, double[] ask)
    {
        for (var row = 0; row < bid.Length; row++)
        {
            if (bid[row] > ask[row])
            {
                throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"Row {row}: the bid {bid[row]} lies above the ask {ask[row]}. Remove crossed quotes."));
            }
        }
    }

    private static double[] Checked(TrainingData data, string column, Func<double, bool> fits, string expected)
    {
        var values = TrainingRows.Finite(data, column);
        var odd = Array.FindIndex(values, value => !fits(value));
        return odd < 0
            ? values
            : throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"Row {odd}, column '{column}' is {values[odd]}: expected {expected}. Repair or remove the row."));
    }
}
