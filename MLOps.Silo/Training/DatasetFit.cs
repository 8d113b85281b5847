using System.Globalization;
using MLOps.Contracts.Datasets;
using MLOps.Models.Data;
using MLOps.Silo.Datasets;

namespace MLOps.Silo.Training;

/// <summary>Holds what a model needs against what a version has, before a job is made of the two.</summary>
internal static class DatasetFit
{
    /// <returns>What is wrong with the version, to follow its name in a sentence; null: it fits.</returns>
    public static string? Misfit(DataNeeds needs, DatasetVersion version)
    {
        var isBars = version.Kind == OhlcvColumns.Kind;
        if (needs.IsBars != isBars && (needs.IsBars || needs.MinimumNumbers > 1))
        {
            // The columns of bars are numbers, too, but no assets; a model that takes one column may take one of theirs.
            return $"is of kind '{version.Kind}', not '{(needs.IsBars ? OhlcvColumns.Kind : DatasetValidator.TableKind)}'";
        }

        string[] names = [.. version.Columns.Select(column => column.Name)];
        var time = TimeText.ColumnOf(names);
        if (needs.HasTimes && time < 0)
        {
            return $"has no column {string.Join(" or ", TimeText.ColumnNames.Select(name => $"'{name}'"))}; it has {string.Join(", ", names)}";
        }

        string[] missing = [.. needs.Columns.Where(column => !version.Columns.Any(had => had.Name == column.Name && IsNumber(had) == column.IsNumber)).Select(column => $"'{column.Name}' of {(column.IsNumber ? "numbers" : "texts")}")];
        if (missing.Length > 0)
        {
            return $"has no column {string.Join(", ", missing)}; it has {string.Join(", ", version.Columns.Select(column => $"{column.Name} ({column.Type})"))}";
        }

        var numbers = version.Columns.Where((column, i) => i != time && IsNumber(column)).Count();
        return numbers < needs.MinimumNumbers
            ? string.Create(CultureInfo.InvariantCulture, $"has {numbers} columns of numbers, fewer than {needs.MinimumNumbers}")
            : null;
    }

    private static bool IsNumber(DatasetColumn column) => DatasetTable.IsNumber(column.Type);
}
