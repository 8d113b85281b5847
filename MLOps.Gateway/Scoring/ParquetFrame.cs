using MLOps.Inference;
using Parquet;
using Parquet.Schema;

namespace MLOps.Gateway.Scoring;

/// <summary>A Parquet file of flat columns, as pandas writes it.</summary>
internal sealed class ParquetFrame : ScoringFrame
{
    private readonly List<(int Rows, Func<int, Cell>[] Columns)> _groups;
    private int _group;
    private int _row;

    private ParquetFrame(IReadOnlyList<string> columns, List<(int Rows, Func<int, Cell>[] Columns)> groups)
        : base(columns) => _groups = groups;

    /// <exception cref="InferenceException">InvalidRequest: not such a file. TooLarge: over the limits.</exception>
    public static async Task<ParquetFrame> ReadAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        ParquetCheck.Footer(body.Span);
        try
        {
            return await ReadCoreAsync(body, cancellationToken);
        }
        catch (Exception exception) when (exception is not (InferenceException or OperationCanceledException))
        {
            // Whatever a broken file makes of the reader is about the file: it was checked to be within the limits.
            throw new InferenceException(InferenceError.InvalidRequest, $"The body is not a Parquet file that can be read: {exception.Message}", exception);
        }
    }

    public override bool TryRead(Span<Cell> row)
    {
        while (_group < _groups.Count && _row == _groups[_group].Rows)
        {
            _group++;
            _row = 0;
        }

        if (_group == _groups.Count)
        {
            return false;
        }

        var columns = _groups[_group].Columns;
        for (var i = 0; i < columns.Length; i++)
        {
            row[i] = columns[i](_row);
        }

        _row++;
        return true;
    }

    private static async Task<ParquetFrame> ReadCoreAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(body.ToArray(), writable: false);
        await using var reader = await ParquetReader.CreateAsync(stream, cancellationToken: cancellationToken);
        ParquetCheck.Content(body.Span, reader.Metadata ?? throw Invalid("the Parquet file does not describe itself."));

        // pandas keeps a frame's index as a column of that name.
        var fields = reader.Schema.GetDataFields().Where(field => !field.Name.StartsWith("__index_level_", StringComparison.Ordinal)).ToArray();
        var groups = new List<(int Rows, Func<int, Cell>[] Columns)>(reader.RowGroupCount);
        for (var i = 0; i < reader.RowGroupCount; i++)
        {
            using var group = reader.OpenRowGroupReader(i);
            var rows = checked((int)group.RowCount);
            var columns = new Func<int, Cell>[fields.Length];
            for (var j = 0; j < fields.Length; j++)
            {
                columns[j] = await ColumnAsync(group, fields[j], rows, cancellationToken);
            }

            groups.Add((rows, columns));
        }

        return new ParquetFrame([.. fields.Select(field => field.Name)], groups);
    }

    private static Task<Func<int, Cell>> ColumnAsync(ParquetRowGroupReader group, DataField field, int rows, CancellationToken cancellationToken)
    {
        var type = field.ClrType;
        return type == typeof(double) ? ValuesAsync<double>(group, field, rows, Cell.Of, cancellationToken)
            : type == typeof(float) ? ValuesAsync<float>(group, field, rows, value => Cell.Of((double)value), cancellationToken)
            : type == typeof(long) ? ValuesAsync<long>(group, field, rows, Cell.Of, cancellationToken)
            : type == typeof(int) ? ValuesAsync<int>(group, field, rows, value => Cell.Of((long)value), cancellationToken)
            : type == typeof(short) ? ValuesAsync<short>(group, field, rows, value => Cell.Of((long)value), cancellationToken)
            : type == typeof(sbyte) ? ValuesAsync<sbyte>(group, field, rows, value => Cell.Of((long)value), cancellationToken)
            : type == typeof(byte) ? ValuesAsync<byte>(group, field, rows, value => Cell.Of((long)value), cancellationToken)
            : type == typeof(ushort) ? ValuesAsync<ushort>(group, field, rows, value => Cell.Of((long)value), cancellationToken)
            : type == typeof(uint) ? ValuesAsync<uint>(group, field, rows, value => Cell.Of((long)value), cancellationToken)
            : type == typeof(ulong) ? ValuesAsync<ulong>(group, field, rows, Cell.Of, cancellationToken)
            : type == typeof(bool) ? ValuesAsync<bool>(group, field, rows, Cell.Of, cancellationToken)
            : type == typeof(DateTime) ? ValuesAsync<DateTime>(group, field, rows, value => Cell.Of(value.ToString("O", System.Globalization.CultureInfo.InvariantCulture)), cancellationToken)
            : type == typeof(string) ? TextAsync(group, field, rows, cancellationToken)
            : throw Invalid($"column '{TensorBuilder.Shown(field.Name)}' of the Parquet file is {type.Name}: expected numbers, booleans, text or times.");
    }

    private static async Task<Func<int, Cell>> ValuesAsync<T>(ParquetRowGroupReader group, DataField field, int rows, Func<T, Cell> cell, CancellationToken cancellationToken)
        where T : struct
    {
        if (field.IsNullable)
        {
            var optional = new T?[rows];
            await group.ReadAsync<T>(field, optional.AsMemory(), null, cancellationToken);
            return row => optional[row] is { } value ? cell(value) : default;
        }

        var values = new T[rows];
        await group.ReadAsync<T>(field, values.AsMemory(), null, cancellationToken);
        return row => cell(values[row]);
    }

    private static async Task<Func<int, Cell>> TextAsync(ParquetRowGroupReader group, DataField field, int rows, CancellationToken cancellationToken)
    {
        var values = new string?[rows];
        await group.ReadAsync(field, values.AsMemory(), null, cancellationToken);
        return row => Cell.Of(values[row]);
    }
}
