using System.Security.Cryptography;
using MLOps.Contracts.Problems;
using MLOps.Inference;
using MLOps.Inference.Tabular;

namespace MLOps.Silo.Datasets;

/// <summary>Reads a file once: checks every row, profiles every column, digests every byte. Memory does not grow with the file.</summary>
internal static class DatasetValidator
{
    public const string TableKind = "table";

    /// <exception cref="MLOpsException">InvalidArgument: the kind is unknown, or a line breaks a rule of it.</exception>
    public static async Task<DatasetFacts> ValidateAsync(string kind, Stream content, CancellationToken cancellationToken)
    {
        CheckKind(kind);
        using var sha = SHA256.Create();
        await using var hashing = new CryptoStream(content, sha, CryptoStreamMode.Read, leaveOpen: true);
        using var text = CsvReader.Utf8(hashing);
        var csv = new CsvReader(text);
        try
        {
            var header = await csv.ReadHeaderAsync(cancellationToken);
            IRowCheck check = kind == OhlcvColumns.Kind ? new OhlcvCheck(header) : new TableCheck();
            var profilers = header.Select(name => new ColumnProfiler(name)).ToArray();
            var rows = 0L;
            while (await csv.ReadAsync(cancellationToken) is { } cells)
            {
                if (cells.Count != header.Length)
                {
                    throw new MLOpsException(ProblemCode.InvalidArgument, $"Line {csv.Line} has {cells.Count} columns: expected {header.Length}, as in the header. Nothing was registered.");
                }

                check.Check(csv.Line, cells);
                for (var i = 0; i < profilers.Length; i++)
                {
                    profilers[i].Add(cells[i]);
                }

                rows++;
            }

            if (rows == 0)
            {
                throw new MLOpsException(ProblemCode.InvalidArgument, "The file has a header and no rows: expected at least one. Nothing was registered.");
            }

            // The reader has met the end of the stream, so the hash is final.
            return new DatasetFacts(
                Convert.ToHexStringLower(sha.Hash!)[..16], rows, Array.ConvertAll(profilers, p => p.ToColumn()), check.Period?.First, check.Period?.Last);
        }
        catch (InferenceException e)
        {
            // Not as inner exception: MLOps.Inference knows no Orleans, so its exceptions cannot leave the silo.
            throw new MLOpsException(ProblemCode.InvalidArgument, $"{e.Message} Nothing was registered.");
        }
    }

    private static void CheckKind(string kind)
    {
        if (kind is not (OhlcvColumns.Kind or TableKind))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"'kind' is '{kind}': expected '{OhlcvColumns.Kind}' or '{TableKind}'.");
        }
    }
}
