using System.Globalization;
using MLOps.Contracts.Problems;

namespace MLOps.Silo.Datasets;

/// <summary>One daily bar, checked.</summary>
internal readonly record struct OhlcvRow(DateOnly Date, double Open, double High, double Low, double Close, double Volume)
{
    /// <summary>How far, relative to the high, a low or high may lie on the wrong side of open or close: vendors round each price to six digits or so on its own.
    /// Beyond it the row is wrong.</summary>
    public const double Tolerance = 1e-6;

    /// <exception cref="MLOpsException">InvalidArgument: which cell of which line breaks what rule.</exception>
    public static OhlcvRow Parse(long line, IReadOnlyList<string> cells, OhlcvColumns columns)
    {
        if (!DateOnly.TryParseExact(cells[columns.Date], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            throw Bad(line, "date", cells[columns.Date], "an ISO date such as 2020-03-31");
        }

        double Number(string name, int index) =>
            double.TryParse(cells[index], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
                ? value
                : throw Bad(line, name, cells[index], "a finite number");

        double Price(string name, int index) =>
            Number(name, index) is > 0 and var price ? price : throw Bad(line, name, cells[index], "a price above 0");

        var row = new OhlcvRow(
            date,
            Price("open", columns.Open),
            Price("high", columns.High),
            Price("low", columns.Low),
            Price("close", columns.Close),
            Number("volume", columns.Volume) is >= 0 and var volume ? volume : throw Bad(line, "volume", cells[columns.Volume], "a volume of 0 or more"));
        var slack = Tolerance * row.High;
        if (row.Low > Math.Min(row.Open, row.Close) + slack)
        {
            throw Bad(line, "low", cells[columns.Low], $"at most open ({cells[columns.Open]}) and close ({cells[columns.Close]})");
        }

        if (row.High < Math.Max(row.Open, row.Close) - slack)
        {
            throw Bad(line, "high", cells[columns.High], $"at least open ({cells[columns.Open]}) and close ({cells[columns.Close]})");
        }

        return row;
    }

    internal static MLOpsException Bad(long line, string column, string value, string expected) =>
        new(ProblemCode.InvalidArgument, $"Line {line}, column '{column}' is '{value}': expected {expected}. Nothing was registered.");
}
