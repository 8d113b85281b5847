using MLOps.Inference.Tabular;

namespace MLOps.Gateway.Scoring;

/// <summary>A Parquet file of flat columns, as pandas writes it.</summary>
internal sealed class ParquetFrame : ScoringFrame
{
    private const int ChunkRows = 8_192;

    private readonly ParquetTableReader _table;
    private int[] _places = [];
    private TableChunk? _chunk;
    private int _row;

    private ParquetFrame(ParquetTableReader table, IReadOnlyList<string> columns)
        : base(columns) => _table = table;

    /// <exception cref="Inference.InferenceException">InvalidRequest: not such a file.</exception>
    public static async Task<ParquetFrame> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var table = await ParquetTableReader.OpenAsync(body, TableLimits.Request, cancellationToken);
        try
        {
            return new ParquetFrame(table, [.. table.Columns.Select(column => column.Name)]);
        }
        catch
        {
            await table.DisposeAsync();
            throw;
        }
    }

    public override void Select(IReadOnlyList<ModelColumn> columns)
    {
        _places = [.. columns.Select(column => column.Index).Where(index => index >= 0)];
        _table.Select([.. _places.Select(place => Columns[place])]);
    }

    public override async ValueTask<bool> TryReadAsync(Cell[] row, CancellationToken cancellationToken)
    {
        if (_chunk is null || _row == _chunk.Rows)
        {
            _chunk = await _table.ReadAsync(ChunkRows, cancellationToken);
            _row = 0;
        }

        if (_chunk is null)
        {
            return false;
        }

        for (var i = 0; i < _places.Length; i++)
        {
            row[_places[i]] = _chunk.Columns[i].Cell(_row);
        }

        _row++;
        return true;
    }

    public override async ValueTask DisposeAsync()
    {
        await _table.DisposeAsync();
        await base.DisposeAsync();
    }
}
