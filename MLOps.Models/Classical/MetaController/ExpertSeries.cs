using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Classical.MetaController;

/// <summary>What each expert lost each day: the columns of losses as they are, or the negative simple returns in percent of columns of closes.</summary>
/// <param name="Dates">One a row; null: the rows have no times.</param>
internal sealed record ExpertSeries(IReadOnlyList<string> Experts, IReadOnlyList<DateOnly>? Dates, double[][] Losses)
{
    /// <exception cref="ModelTrainingException">Fewer than two columns of numbers, or a bad number; the message names row and column.</exception>
    public static ExpertSeries From(TrainingData data, bool ofCloses)
    {
        if (ofCloses)
        {
            var panel = AssetPanel.From(data, 2);
            return new ExpertSeries(panel.Assets, [.. panel.Dates.Skip(1)], [.. panel.SimpleReturns().Select(row => Array.ConvertAll(row, r => -100 * r))]);
        }

        string[] names = [.. data.Columns.Where(column => column.Numbers is not null).Select(column => column.Name)];
        var columns = names.Select(name => TrainingRows.Finite(data, name)).ToArray();
        return columns.Length >= 2
            ? new ExpertSeries(names, data.Times is null ? null : [.. data.Times.Select(DateOnly.FromDateTime)], [.. Enumerable.Range(0, data.Count).Select(row => Array.ConvertAll(columns, column => column[row]))])
            : throw new ModelTrainingException($"The data has {columns.Length} columns of losses, but at least 2 experts are needed.");
    }
}
