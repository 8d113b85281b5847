using Parquet;
using Parquet.Schema;

namespace MLOps.Inference.Tabular;

/// <summary>A Parquet file as a table. The selected columns of one row group are in memory at a time.</summary>
public sealed class ParquetTableReader : ITableReader
{
    /// <summary>Most cells of a row group that are read together: what a file says about itself is not to be believed without bound.</summary>
    private const long MaximumCells = 1L << 26;

    private readonly ParquetReader _file;
    private readonly DataField?[] _fields;
    private int[] _selected;
    private int _nextGroup;
    private ParquetRowGroupReader? _group;
    private TableColumn[]? _loaded;
    private long _groupRows;
    private long _offset;
    private long _row = 1;

    private ParquetTableReader(ParquetReader file)
    {
        _file = file;
        _fields = [.. file.Schema.Fields.Select(field => field is DataField { IsArray: false } data && ParquetColumns.TypeOf(data) is not null ? data : null)];
        Columns = [.. file.Schema.Fields.Select((field, i) => new ColumnInfo(field.Name, _fields[i] is { } data ? ParquetColumns.TypeOf(data) : null, field.IsNullable))];
        _selected = [.. Enumerable.Range(0, _fields.Length).Where(i => _fields[i] is not null)];
    }

    public IReadOnlyList<ColumnInfo> Columns { get; }

    /// <param name="content">Seekable; it stays the caller's.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <exception cref="InferenceException">InvalidRequest: not Parquet.</exception>
    public static async Task<ParquetTableReader> OpenAsync(Stream content, CancellationToken cancellationToken = default)
    {
        try
        {
            return new ParquetTableReader(await ParquetReader.CreateAsync(content, leaveStreamOpen: true, cancellationToken: cancellationToken));
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
                throw InferenceException.Invalid($"The file is no readable Parquet: row group {_nextGroup} says that it has {_groupRows} rows.");
            }
        }

        return true;
    }

    private async Task<TableColumn[]> LoadAsync(CancellationToken cancellationToken)
    {
        if (_groupRows > MaximumCells / Math.Max(1, _selected.Length))
        {
            throw InferenceException.Invalid($"Row group {_nextGroup} has {_groupRows} rows, of which {_selected.Length} columns are wanted: at most {MaximumCells} cells are read together. Write the file with smaller row groups.");
        }

        var columns = new TableColumn[_selected.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            try
            {
                columns[i] = await ParquetColumns.ReadAsync(_group!, _fields[_selected[i]]!, (int)_groupRows, cancellationToken);
            }
            catch (Exception exception) when (IsDamage(exception))
            {
                throw Damaged(exception);
            }
        }

        return columns;
    }

    /// <summary>The library answers bad bytes with whatever exception its code comes upon.</summary>
    private static bool IsDamage(Exception exception) => exception is not (OperationCanceledException or InferenceException or OutOfMemoryException);

    private static InferenceException Damaged(Exception exception) =>
        new(InferenceError.InvalidRequest, $"The file is no readable Parquet: {exception.Message}", exception);
}
