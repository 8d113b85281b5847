using MLOps.Inference.Tabular;
using MLOps.Models.Data;
using MLOps.Silo.Datasets;

namespace MLOps.Bench.Models;

/// <summary>Reads a file as a trainer takes it: once for the kinds of its columns, once for the cells.</summary>
internal static class TrainingFile
{
    private const int ChunkRows = 4096;

    public static async Task<TrainingData> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(path);
        HashSet<string> numbers;
        await using (var table = await TableReader.OpenAsync(content, cancellationToken))
        {
            numbers = await NumbersAsync(table, cancellationToken);
        }

        await using var again = await TableReader.OpenAsync(content, cancellationToken);
        return await TrainingTable.ReadAsync(again, numbers, cancellationToken);
    }

    /// <summary>The columns whose cells are all numbers or missing, and not all missing.</summary>
    private static async Task<HashSet<string>> NumbersAsync(ITableReader table, CancellationToken cancellationToken)
    {
        var some = new HashSet<string>();
        var others = new HashSet<string>();
        while (await table.ReadAsync(ChunkRows, cancellationToken) is { } chunk)
        {
            foreach (var column in chunk.Columns)
            {
                for (var row = 0; row < chunk.Rows && !others.Contains(column.Name); row++)
                {
                    var cell = column.Cell(row);
                    (cell.IsNumber ? some : cell.Kind == CellKind.Null ? [] : others).Add(column.Name);
                }
            }
        }

        some.ExceptWith(others);
        return some;
    }
}
