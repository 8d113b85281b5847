using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Classical.TailRisk;

/// <summary>The rows that the settings speak of: percent returns of the assets, or losses in one column.</summary>
/// <param name="Dates">One for each row of values; null: the rows have no times.</param>
/// <param name="Rows">100·(p(t)/p(t−1) − 1), the first belonging to the second day; or the losses.</param>
internal sealed record TailSeries(IReadOnlyList<string> Columns, IReadOnlyList<DateOnly>? Dates, double[][] Rows)
{
    /// <exception cref="ModelTrainingException">A column is missing or twice there, losses in several columns, or a bad number; the message names row and column.</exception>
    public static TailSeries From(TrainingData data, IReadOnlyList<string> columns, bool ofReturns)
    {
        var chosen = columns is ["*"] ? [.. data.Columns.Where(column => column.Numbers is not null)] : columns.Distinct().Select(name => DataColumn.Of(name, data.Numbers(name))).ToArray();
        var names = chosen.Select(column => column.Name).ToArray();
        if (ofReturns)
        {
            var panel = AssetPanel.From(new TrainingData(data.Times, chosen), 1);
            return new TailSeries(names, [.. panel.Dates.Skip(1)], [.. panel.SimpleReturns().Select(row => Array.ConvertAll(row, r => 100 * r))]);
        }

        return names.Length == 1
            ? new TailSeries(names, data.Times is null ? null : [.. data.Times.Select(DateOnly.FromDateTime)], [.. TrainingRows.Finite(data, names[0]).Select(loss => new[] { loss })])
            : throw new ModelTrainingException($"Losses are in one column, but columns names {names.Length}: {string.Join(", ", names)}.");
    }

    /// <summary>The value of the position of these weights, row by row.</summary>
    public double[] Weighted(IReadOnlyList<double> weights) => [.. Rows.Select(row => row.Zip(weights, (value, weight) => value * weight).Sum())];
}
