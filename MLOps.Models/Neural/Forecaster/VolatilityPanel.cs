using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Neural.Forecaster;

/// <summary>Logarithms of daily variances, one series a channel: of a table's columns of realised variances, or of bars' ranges.</summary>
/// <param name="Names">One a channel.</param>
/// <param name="Rows">One a day, one column a channel.</param>
/// <param name="Pieces">Ranges of days without a gap between them.</param>
internal sealed record VolatilityPanel(IReadOnlyList<string> Names, double[][] Rows, IReadOnlyList<RowRange> Pieces)
{
    private static readonly string[] BarColumns = ["open", "high", "low", "close"];

    /// <summary>Smallest variance that is told from none, in squared percent.</summary>
    private const double Least = 1e-8;

    /// <exception cref="ModelTrainingException">A variance is not a finite number of at least 0; the message names row and column.</exception>
    public static VolatilityPanel Of(TrainingData data)
    {
        var isBars = BarColumns.All(name => data.Columns.Any(column => column.Name == name && column.Numbers is not null));
        (string Name, double[] Variances)[] channels = isBars
            ? [("range_variance", RangeVariances(data))]
            : [.. data.Columns.Where(column => column.Numbers is not null).Select(column => (column.Name, Variances(data, column.Name)))];
        if (channels.Length == 0)
        {
            throw new ModelTrainingException("The data has no column of numbers: give at least one of variances, or daily bars.");
        }

        double[][] logarithms = [.. channels.Select(channel => Logarithms(channel.Variances, data))];
        return new VolatilityPanel(
            [.. channels.Select(channel => channel.Name)],
            [.. Enumerable.Range(0, data.Count).Select(row => logarithms.Select(series => series[row]).ToArray())],
            data.Pieces);
    }

    /// <summary>ln(high / low)² / (4 ln 2), in squared percent (Parkinson 1980).</summary>
    private static double[] RangeVariances(TrainingData data)
    {
        var bars = data.Bars();
        var variances = new double[bars.Count];
        for (var i = 0; i < variances.Length; i++)
        {
            if (!(bars.Low[i] > 0) || !(bars.High[i] >= bars.Low[i]) || double.IsInfinity(bars.High[i]))
            {
                throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"Row {i}: high is {bars.High[i]} and low is {bars.Low[i]}; expected positive numbers, the high not below the low."));
            }

            var range = 100 * Math.Log(bars.High[i] / bars.Low[i]);
            variances[i] = range * range / (4 * Math.Log(2));
        }

        return variances;
    }

    private static double[] Variances(TrainingData data, string column)
    {
        var variances = TrainingRows.Finite(data, column);
        var odd = Array.FindIndex(variances, variance => variance < 0);
        return odd < 0
            ? variances
            : throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"Row {odd}, column '{column}' is {variances[odd]}: a variance must be at least 0."));
    }

    /// <summary>A day without any movement, a holiday, is as the day before: its logarithm would be the only thing seen for months.</summary>
    private static double[] Logarithms(double[] variances, TrainingData data)
    {
        var logarithms = new double[variances.Length];
        for (var i = 0; i < variances.Length; i++)
        {
            logarithms[i] = variances[i] < Least && i > 0 && !data.IsAfterGap(i) ? logarithms[i - 1] : Math.Log(Math.Max(Least, variances[i]));
        }

        return logarithms;
    }
}
