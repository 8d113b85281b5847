using MLOps.Contracts.Datasets;
using MLOps.Inference.Tabular;
using MLOps.Models.Data;

namespace MLOps.Silo.Datasets;

/// <summary>Reads a registered version as the rows that trainers take.</summary>
internal sealed class DatasetTable(DatasetContent files)
{
    /// <summary>Whether a trainer gets numbers of a column of this type.</summary>
    public static bool IsNumber(string type) => type is "long" or "double" or "boolean";

    public async Task<TrainingData> ReadAsync(DatasetVersion version, CancellationToken cancellationToken)
    {
        await using var content = await files.OpenAsync(version.Source, cancellationToken);
        await using var table = await TableReader.OpenAsync(content, cancellationToken);
        var numbers = version.Columns.Where(column => IsNumber(column.Type)).Select(column => column.Name).ToHashSet();
        return await TrainingTable.ReadAsync(table, numbers, cancellationToken);
    }
}
