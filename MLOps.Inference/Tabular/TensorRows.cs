using System.Buffers;
using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Tabular;

/// <summary>Gathers rows of a table into the tensor of one input: [rows, …], a row's cells in the order of the columns, row-major.</summary>
public sealed class TensorRows
{
    private readonly TensorMetadata _input;
    private readonly ModelColumn[] _columns;
    private readonly long[] _shape;
    private readonly ArrayBufferWriter<byte> _row = new();
    private readonly ArrayBufferWriter<byte> _data = new();
    private TableChunk? _chunk;
    private TableColumn?[] _cells = [];
    private int _rows;

    /// <param name="input">Its first dimension is the rows; of the others at most one may be open.</param>
    /// <param name="columns">Their number fills the other dimensions.</param>
    /// <exception cref="InferenceException">InvalidRequest: it does not.</exception>
    public TensorRows(TensorMetadata input, IReadOnlyList<string> columns)
        : this(input, [.. columns.Select((name, i) => new ModelColumn(name, i, null))])
    {
    }

    /// <param name="input">Its first dimension is the rows; of the others at most one may be open.</param>
    /// <param name="columns">Their number fills the other dimensions.</param>
    /// <exception cref="InferenceException">InvalidRequest: it does not.</exception>
    public TensorRows(TensorMetadata input, IReadOnlyList<ModelColumn> columns)
    {
        _input = input;
        _columns = [.. columns];
        _shape = [.. input.Shape];
        if (_shape.Length == 0 || _shape[0] is not (-1 or 1) || _shape.Skip(1).Count(length => length < 0) > 1)
        {
            throw InferenceException.Invalid($"Input '{input.Name}' has shape {TensorShape.Format(_shape)}: rows of a table can only fill an input whose first dimension is open (or 1) and whose others are known, save one.");
        }

        var known = TensorShape.Count([.. _shape.Skip(1).Where(length => length >= 0)], input.Name);
        var open = Array.FindIndex(_shape, 1, length => length < 0);
        if (_columns.Length == 0 || (open < 0 ? known != _columns.Length : known == 0 || _columns.Length % known != 0))
        {
            throw InferenceException.Invalid($"Input '{input.Name}' of shape {TensorShape.Format(_shape)} takes {(open < 0 ? known : $"a multiple of {known}")} column(s), but {_columns.Length} are given{(_columns.Length == 0 ? string.Empty : $" ({string.Join(", ", _columns.Select(column => Quoted.Short(column.Name)))})")}. Say which columns each input takes.");
        }

        Columns = [.. _columns.Where(column => column.Index >= 0).Select(column => column.Name)];
        if (open > 0)
        {
            _shape[open] = _columns.Length / known;
        }
    }

    /// <summary>The columns of the table that it takes.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Most rows of one tensor: 1 where the model has no open first dimension.</summary>
    public int MaximumRows => _input.Shape[0] < 0 ? int.MaxValue : 1;

    /// <summary>Reads a row without taking it yet: the model's other inputs may refuse it.</summary>
    /// <returns>Null, or what is wrong with it, naming row, line and column.</returns>
    public string? Read(TableChunk chunk, int row)
    {
        if (chunk != _chunk)
        {
            _cells = Array.ConvertAll(_columns, column => column.Index < 0 ? null : chunk.Column(column.Name));
            _chunk = chunk;
        }

        _row.ResetWrittenCount();
        for (var i = 0; i < _columns.Length; i++)
        {
            var cell = _cells[i]?.Cell(row) ?? default;
            if (!_columns[i].Fits(cell))
            {
                return $"{Shown(chunk, row, i)}: the model's signature expects {_columns[i].Type}.";
            }

            if (CellTensor.Write(cell, _input.Datatype, _row) is { } expected)
            {
                return $"{Shown(chunk, row, i)}: expected {expected}.";
            }
        }

        return null;
    }

    /// <summary>Takes the row that was read last.</summary>
    public void Take()
    {
        _data.Write(_row.WrittenSpan);
        _rows++;
    }

    /// <summary>The tensor of the rows taken. Its memory is good until <see cref="Clear"/>.</summary>
    public Tensor Build()
    {
        long[] shape = [.. _shape];
        shape[0] = _rows;
        return new Tensor(_input.Name, _input.Datatype, shape, _data.WrittenMemory);
    }

    /// <summary>One row of zeros, or of empty texts: to find out what a model answers.</summary>
    public Tensor Blank()
    {
        long[] shape = [.. _shape];
        shape[0] = 1;
        var size = _input.Datatype == TensorDatatype.Bytes ? sizeof(uint) : _input.Datatype.Size();
        return new Tensor(_input.Name, _input.Datatype, shape, new byte[_columns.Length * size]);
    }

    /// <summary>Begins the next tensor.</summary>
    public void Clear()
    {
        _data.ResetWrittenCount();
        _rows = 0;
        _chunk = null;
    }

    private string Shown(TableChunk chunk, int row, int column)
    {
        var value = _cells[column] is { } cells && !cells.IsMissing(row) ? $"is '{Quoted.Short(cells.Text(row))}'" : "is missing";
        return $"{chunk.Place(row)}, column '{Quoted.Short(_columns[column].Name)}' {value}";
    }
}
