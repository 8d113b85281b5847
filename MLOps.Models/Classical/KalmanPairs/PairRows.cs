using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Classical.KalmanPairs;

/// <summary>Two columns of prices, or their logarithms.</summary>
internal sealed record PairRows(double[] Y, double[] X, IReadOnlyList<DateTime>? Times)
{
    private const string YColumn = "y_column";
    private const string XColumn = "x_column";
    private const string Transform = "transform";
    private const string Log = "log";

    public static IReadOnlyList<HyperParameter> Declared { get; } =
    [
        HyperParameterOf.Text(YColumn, "y", "Column of the instrument that is hedged."),
        HyperParameterOf.Text(XColumn, "x", "Column of the instrument that hedges it."),
        HyperParameterOf.Choice(Transform, [Log, "level"], "Whether logarithms of the columns are taken (of positive prices) or the columns as they are."),
    ];

    /// <exception cref="ModelTrainingException">A column is missing, or a row does not fit; the message names both.</exception>
    public static PairRows Of(TrainingData rows, HyperParameterValues parameters) =>
        new(Read(rows, parameters.Text(YColumn), parameters.Text(Transform)), Read(rows, parameters.Text(XColumn), parameters.Text(Transform)), rows.Times);

    public static string Describe(HyperParameterValues parameters)
    {
        string Name(string column) => parameters.Text(Transform) == Log ? $"ln {parameters.Text(column)}" : parameters.Text(column);
        return $"y = {Name(YColumn)}, x = {Name(XColumn)}; send them so";
    }

    public string Label(int row) => Times is { } times
        ? TimeText.Of(times[row])
        : string.Create(CultureInfo.InvariantCulture, $"row {row}");

    private static double[] Read(TrainingData rows, string column, string transform)
    {
        var numbers = TrainingRows.Finite(rows, column);
        if (transform != Log)
        {
            return numbers;
        }

        var odd = Array.FindIndex(numbers, price => price <= 0);
        return odd < 0
            ? Array.ConvertAll(numbers, Math.Log)
            : throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"Row {odd}, column '{column}' is {numbers[odd]}: only a positive price has a logarithm. Repair or remove the row, or set transform=level."));
    }
}
