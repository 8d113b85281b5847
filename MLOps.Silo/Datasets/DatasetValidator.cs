using System.Security.Cryptography;
using System.Text;
using MLOps.Contracts.Problems;

namespace MLOps.Silo.Datasets;

/// <summary>Reads a file once: checks every row, profiles every column, digests every byte. Memory does not grow with the file.</summary>
internal static class DatasetValidator
{
    public const string TableKind = "table";

    private const int MaximumColumns = 1_000;

    /// <exception cref="MLOpsException">InvalidArgument: the kind is unknown, or a line breaks a rule of it.</exception>
    public static async Task<DatasetFacts> ValidateAsync(string kind, Stream content, CancellationToken cancellationToken)
    {
        CheckKind(kind);
        using var sha = SHA256.Create();
        await using var hashing = new CryptoStream(content, sha, CryptoStreamMode.Read, leaveOpen: true);
        // Strict: a byte sequence that is no UTF-8 is an error, not a replacement character.
        using var text = new StreamReader(hashing, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        var csv = new CsvReader(text);
        try
        {
            var header = await ReadHeaderAsync(csv, cancellationToken);
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
        catch (DecoderFallbackException e)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"The file is not UTF-8 near line {csv.Line}: save it as UTF-8. Nothing was registered.", e);
        }
    }

    private static void CheckKind(string kind)
    {
        if (kind is not (OhlcvColumns.Kind or TableKind))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"'kind' is '{kind}': expected '{OhlcvColumns.Kind}' or '{TableKind}'.");
        }
    }

    private static async Task<string[]> ReadHeaderAsync(CsvReader csv, CancellationToken cancellationToken)
    {
        var header = (await csv.ReadAsync(cancellationToken))?.ToArray()
            ?? throw new MLOpsException(ProblemCode.InvalidArgument, "The file is empty: expected a header line and rows.");
        if (header.Length > MaximumColumns)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"Line 1 has {header.Length} columns: expected at most {MaximumColumns}.");
        }

        for (var i = 0; i < header.Length; i++)
        {
            if (header[i].Length == 0)
            {
                throw new MLOpsException(ProblemCode.InvalidArgument, $"Line 1, column {i + 1} has no name: every column needs one.");
            }

            if (Array.IndexOf(header, header[i]) != i)
            {
                throw new MLOpsException(ProblemCode.InvalidArgument, $"Line 1 names column '{header[i]}' twice: names must differ.");
            }
        }

        return header;
    }
}
