using System.Security.Cryptography;
using MLOps.Contracts.Datasets;
using MLOps.Contracts.Problems;
using MLOps.Inference;
using MLOps.Inference.Tabular;

namespace MLOps.Silo.Datasets;

/// <summary>Reads a file once: checks every row, profiles every column. Memory does not grow with the file (but with a Parquet file's row group).</summary>
internal static class DatasetValidator
{
    public const string TableKind = "table";

    private const int ChunkRows = 1024;

    /// <summary>First 16 hex digits of the SHA-256 of the bytes.</summary>
    public static async Task<string> DigestAsync(Stream content, CancellationToken cancellationToken) =>
        Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken))[..16];

    /// <param name="content">Seekable.</param>
    /// <exception cref="MLOpsException">InvalidArgument: the kind is unknown, or a row breaks a rule of it.</exception>
    public static async Task<DatasetFacts> ValidateAsync(string kind, Stream content, CancellationToken cancellationToken)
    {
        CheckKind(kind);
        try
        {
            await using var table = await TableReader.OpenAsync(content, cancellationToken);
            return await ReadAsync(kind, table, cancellationToken);
        }
        catch (InferenceException e)
        {
            // Not as inner exception: MLOps.Inference knows no Orleans, so its exceptions cannot leave the silo.
            throw new MLOpsException(ProblemCode.InvalidArgument, $"{e.Message} Nothing was registered.");
        }
    }

    private static async Task<DatasetFacts> ReadAsync(string kind, ITableReader table, CancellationToken cancellationToken)
    {
        if (table.Columns.FirstOrDefault(column => column.Type is null) is { } unread)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"Column '{unread.Name}' is of a type that is not read: expected text, a boolean, a number or a timestamp, one value a row. Nothing was registered.");
        }

        string[] names = [.. table.Columns.Select(column => column.Name)];
        IRowCheck check = kind == OhlcvColumns.Kind ? new OhlcvCheck(names) : new TableCheck(names);
        var profilers = Array.ConvertAll(names, name => new ColumnProfiler(name));
        var preview = new PreviewRows(names.Length);
        var rows = 0L;
        while (await table.ReadAsync(ChunkRows, cancellationToken) is { } chunk)
        {
            for (var i = 0; i < chunk.Rows; i++)
            {
                var row = new DatasetRow(chunk, i);
                check.Check(row);
                for (var column = 0; column < profilers.Length; column++)
                {
                    profilers[column].Add(row, column);
                }

                preview.Add(row);
            }

            rows += chunk.Rows;
        }

        if (rows == 0)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, "The file has columns and no rows: expected at least one. Nothing was registered.");
        }

        var columns = Array.ConvertAll(profilers, profiler => profiler.Finish());
        return new DatasetFacts(
            table switch { ParquetTableReader => "parquet", JsonLinesTableReader => "jsonl", _ => "csv" },
            Array.ConvertAll(columns, column => column.Column),
            check.Period?.First,
            check.Period?.Last,
            new DatasetProfile(rows, Array.ConvertAll(columns, column => column.Profile), preview.Head, preview.Tail));
    }

    private static void CheckKind(string kind)
    {
        if (kind is not (OhlcvColumns.Kind or TableKind))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"'kind' is '{kind}': expected '{OhlcvColumns.Kind}' or '{TableKind}'.");
        }
    }
}
