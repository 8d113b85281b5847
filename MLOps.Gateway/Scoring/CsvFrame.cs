using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace MLOps.Gateway.Scoring;

/// <summary>Comma-separated values (RFC 4180) whose first record names the columns, read where they lie.</summary>
internal sealed class CsvFrame : ScoringFrame
{
    private const int MaxColumns = 100_000;

    private readonly CsvRecords _records;

    private CsvFrame(CsvRecords records, IReadOnlyList<string> columns)
        : base(columns) => _records = records;

    /// <exception cref="Inference.InferenceException">InvalidRequest: not UTF-8, or no header.</exception>
    public static CsvFrame Read(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span))
        {
            throw Invalid("the CSV is not valid UTF-8.");
        }

        var records = new CsvRecords(body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body);
        var columns = new List<string>();
        if (records.TryNextRecord())
        {
            while (records.TryNextField(out var field, out _))
            {
                if (columns.Count == MaxColumns)
                {
                    throw Invalid($"the CSV has more than {MaxColumns} columns.");
                }

                columns.Add(Encoding.UTF8.GetString(field));
            }
        }

        return new CsvFrame(records, columns);
    }

    public override bool TryRead(Span<Cell> row)
    {
        if (!_records.TryNextRecord())
        {
            return false;
        }

        var count = 0;
        while (_records.TryNextField(out var field, out var quoted))
        {
            if (count == row.Length)
            {
                throw Uneven(row.Length);
            }

            row[count++] = Cell.OfCsv(field, quoted);
        }

        return count == row.Length ? true : throw Uneven(row.Length);
    }

    private Inference.InferenceException Uneven(int columns) => Invalid($"the CSV's line {_records.Line} does not have {columns} values, one for each column.");
}
