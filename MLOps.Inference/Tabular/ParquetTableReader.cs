using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace MLOps.Inference.Tabular;

/// <summary>A Parquet file as a table. The selected columns of one row group are in memory at a time.</summary>
public sealed class ParquetTableReader : ITableReader
{
    private readonly CheckedStream _content;
    private readonly ParquetReader _file;
    private readonly TableLimits _limits;
    private readonly DataField?[] _fields;
    private int[] _selected;
    private int _nextGroup;
    private ParquetRowGroupReader? _group;
    private TableColumn[]? _loaded;
    private long _groupRows;
    private long _offset;
    private long _row = 1;
    private long _cells;
    private long _bytes;
    private long _characters;

    private ParquetTableReader(CheckedStream content, ParquetReader file, TableLimits limits)
    {
        _content = content;
        _file = file;
        _limits = limits;
        _fields = [.. file.Schema.Fields.Select(field => field is DataField { IsArray: false } data && ParquetColumns.TypeOf(data) is not null ? data : null)];
        Columns = [.. file.Schema.Fields.Select((field, i) => new ColumnInfo(field.Name, _fields[i] is { } data ? ParquetColumns.TypeOf(data) : null, field.IsNullable))];
        _selected = [.. Enumerable.Range(0, _fields.Length).Where(i => _fields[i] is not null)];
    }

    public IReadOnlyList<ColumnInfo> Columns { get; }

    /// <param name="content">Seekable; it stays the caller's.</param>
    /// <param name="limits">What may be in memory together.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <exception cref="InferenceException">InvalidRequest: not Parquet.</exception>
    public static async Task<ParquetTableReader> OpenAsync(Stream content, TableLimits limits, CancellationToken cancellationToken = default)
    {
        await ParquetCheck.FooterAsync(content, cancellationToken);
        var checkedContent = new CheckedStream(content);
        try
        {
            return new ParquetTableReader(checkedContent, await ParquetReader.CreateAsync(checkedContent, leaveStreamOpen: true, cancellationToken: cancellationToken), limits);
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw Damaged(exception);
        }
    }

    public void Select(IReadOnlyCollection<string> names)
    {
        TableReader.Check(Columns, names);
        _selected = [.. names.Distinct(StringComparer.Ordinal).Select(name => Columns.TakeWhile(column => column.Name != name).Count())];
        _loaded = null;
    }

    public async ValueTask<TableChunk?> ReadAsync(int rows, CancellationToken cancellationToken = default)
    {
        var pieces = _selected.Select(_ => new List<TablePiece>()).ToArray();
        var taken = 0;
        while (taken < rows && NextGroup())
        {
            _loaded ??= await LoadAsync(cancellationToken);
            var count = (int)Math.Min(rows - taken, _groupRows - _offset);
            for (var i = 0; i < pieces.Length; i++)
            {
                pieces[i].Add(new TablePiece(_loaded[i], (int)_offset, count));
            }

            _offset += count;
            taken += count;
        }

        if (taken == 0)
        {
            return null;
        }

        var chunk = new TableChunk(_row, taken, [.. pieces.Select(column => column[0].Column.Join(column))], null);
        _row += taken;
        return chunk;
    }

    public ValueTask<long> SkipAsync(long rows, CancellationToken cancellationToken = default)
    {
        long skipped = 0;
        while (skipped < rows && NextGroup())
        {
            var count = Math.Min(rows - skipped, _groupRows - _offset);
            _offset += count;
            skipped += count;
        }

        _row += skipped;
        return ValueTask.FromResult(skipped);
    }

    public async ValueTask DisposeAsync()
    {
        _group?.Dispose();
        await _file.DisposeAsync();
    }

    /// <returns>False: there are no more rows.</returns>
    private bool NextGroup()
    {
        while (_offset == _groupRows)
        {
            if (_nextGroup == _file.RowGroupCount)
            {
                return false;
            }

            try
            {
                _group?.Dispose();
                _group = _file.OpenRowGroupReader(_nextGroup++);
                _groupRows = _group.RowCount;
            }
            catch (Exception exception) when (IsDamage(exception))
            {
                throw Damaged(exception);
            }

            _offset = 0;
            _loaded = null;
            if (_groupRows < 0)
            {
                throw ParquetCheck.Unreadable($"row group {_nextGroup} says that it has {_groupRows} rows");
            }
        }

        return true;
    }

    private async Task<TableColumn[]> LoadAsync(CancellationToken cancellationToken)
    {
        if (!_limits.OfFile)
        {
            (_cells, _bytes, _characters) = (0, 0, 0);
        }

        // No more than this many at once before multiplying: a file may say that it has 2^63 rows.
        _limits.Require(_groupRows, 0);
        _cells += _groupRows * _selected.Length;
        _limits.Require(_cells, _bytes);
        var columns = new TableColumn[_selected.Length];
        try
        {
            var known = ParquetCheck.Columns(_group!.RowGroup);
            for (var i = 0; i < columns.Length; i++)
            {
                columns[i] = await LoadAsync(_fields[_selected[i]]!, known, cancellationToken);
            }
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw Damaged(exception);
        }

        return columns;
    }

    private async Task<TableColumn> LoadAsync(DataField field, Dictionary<string, ColumnMetaData> known, CancellationToken cancellationToken)
    {
        var data = known.GetValueOrDefault(field.Name) ?? throw ParquetCheck.Unreadable($"row group {_nextGroup} has no column '{Quoted.Short(field.Name)}'");
        var pages = new ParquetPages(_content, data, field.Name, field.MaxDefinitionLevel > 0);
        _content.Allow(0, long.MaxValue);
        _bytes += await pages.UnpackedAsync(_groupRows, _limits.Bytes - _bytes, cancellationToken);
        _limits.Require(_cells, _bytes);
        _content.Allow(pages.Start, pages.End);
        return await ParquetColumns.ReadAsync(_group!, field, (int)_groupRows, CountText, cancellationToken);
    }

    private void CountText(long characters)
    {
        _characters += characters;
        _limits.Require(_cells, _characters);
    }

    /// <summary>The library answers bad bytes with whatever exception its code comes upon.</summary>
    private static bool IsDamage(Exception exception) => exception is not (OperationCanceledException or InferenceException or OutOfMemoryException);

    private static InferenceException Damaged(Exception exception) =>
        ParquetCheck.Unreadable(exception.Message.TrimEnd('.'), exception);
}
