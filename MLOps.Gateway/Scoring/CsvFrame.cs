using MLOps.Inference.Codecs;
using MLOps.Inference.Tabular;

namespace MLOps.Gateway.Scoring;

/// <summary>Comma-separated values (RFC 4180) whose first record names the columns; one may be without a name, as pandas writes a frame's index.</summary>
internal sealed class CsvFrame : ScoringFrame
{
    private const int MaxColumns = 100_000;

    private readonly TextReader _text;
    private readonly CsvReader _records;

    private CsvFrame(TextReader text, CsvReader records, IReadOnlyList<string> columns)
        : base(columns)
    {
        _text = text;
        _records = records;
    }

    /// <exception cref="Inference.InferenceException">InvalidRequest: not UTF-8, or no header.</exception>
    public static async Task<CsvFrame> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var text = CsvReader.Utf8(body);
        try
        {
            var records = new CsvReader(text, OipLimits.MaxBytes, MaxColumns);
            return new CsvFrame(text, records, (await records.ReadAsync(cancellationToken))?.ToArray() ?? []);
        }
        catch
        {
            text.Dispose();
            throw;
        }
    }

    public override async ValueTask<bool> TryReadAsync(Cell[] row, CancellationToken cancellationToken)
    {
        if (await _records.ReadAsync(cancellationToken) is not { } fields)
        {
            return false;
        }

        if (fields.Count != row.Length)
        {
            throw Invalid($"the CSV's line {_records.Line} does not have {row.Length} values, one for each column.");
        }

        for (var i = 0; i < row.Length; i++)
        {
            row[i] = Cell.OfCsv(fields[i], _records.IsQuoted(i));
        }

        return true;
    }

    public override ValueTask DisposeAsync()
    {
        _text.Dispose();
        return base.DisposeAsync();
    }
}
