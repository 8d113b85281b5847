using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MLOps.Inference.Codecs;
using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Tabular;

/// <summary>Spreads the rows of one output over columns: <c>y</c> when a row is one value, else <c>y_0</c>, <c>y_1</c>, … in row-major order.</summary>
public sealed class TensorColumns
{
    private readonly TensorMetadata _output;
    private readonly int _width;
    private IWriter[] _writers = [];

    /// <param name="output">Of the model.</param>
    /// <param name="width">Values of one row.</param>
    /// <param name="isNullable">Whether rows may be left out.</param>
    public TensorColumns(TensorMetadata output, int width, bool isNullable)
    {
        _output = output;
        _width = width;
        var type = TypeOf(output.Datatype);
        Columns = [.. Enumerable.Range(0, width).Select(i => new ColumnInfo(width == 1 ? output.Name : string.Create(CultureInfo.InvariantCulture, $"{output.Name}_{i}"), type, isNullable))];
    }

    private interface IWriter
    {
        void Set(int row, ReadOnlySpan<byte> element);

        TableColumn Build(string name, bool[]? missing);
    }

    public IReadOnlyList<ColumnInfo> Columns { get; }

    /// <summary>Values of one row of the output, when the model says; else null.</summary>
    public static int? WidthOf(TensorMetadata output) => output.Shape.Skip(1).Any(length => length < 0)
        ? null
        : checked((int)TensorShape.Count([.. output.Shape.Skip(1)], output.Name));

    /// <summary>Begins a chunk of so many rows.</summary>
    public void Begin(int rows)
    {
        _writers = [.. Columns.Select(_ => NewWriter(_output.Datatype, rows))];
    }

    /// <summary>Puts the tensor's rows at the chunk's rows of these numbers.</summary>
    /// <exception cref="InferenceException">InvalidRequest: the tensor has not one row of the known width for each.</exception>
    public void Add(Tensor tensor, IReadOnlyList<int> rows)
    {
        if (tensor.Shape.Length == 0 || tensor.Shape[0] != rows.Count || tensor.Count != (long)rows.Count * _width)
        {
            throw InferenceException.Invalid($"Output '{_output.Name}' has shape {TensorShape.Format(tensor.Shape)} for {rows.Count} row(s): expected {_width} value(s) for each row. The model's outputs are not by row.");
        }

        var size = tensor.Datatype.Size();
        var data = tensor.Data.Span;
        var texts = new BytesElements(size == 0 ? data : default);
        for (var i = 0; i < rows.Count; i++)
        {
            for (var j = 0; j < _width; j++)
            {
                if (size == 0)
                {
                    texts.TryNext(out var text);
                    _writers[j].Set(rows[i], text);
                }
                else
                {
                    _writers[j].Set(rows[i], data.Slice(checked(((i * _width) + j) * size), size));
                }
            }
        }
    }

    /// <param name="missing">Which rows were left out; null: none.</param>
    public IEnumerable<TableColumn> Build(bool[]? missing) => Columns.Select((column, i) => _writers[i].Build(column.Name, missing));

    private static ColumnType TypeOf(TensorDatatype datatype) => datatype switch
    {
        TensorDatatype.Bytes => ColumnType.Text,
        TensorDatatype.Bool => ColumnType.Boolean,
        TensorDatatype.Fp64 => ColumnType.Double,
        TensorDatatype.Fp32 or TensorDatatype.Fp16 or TensorDatatype.Bf16 => ColumnType.Single,
        _ => ColumnType.Integer,
    };

    private static IWriter NewWriter(TensorDatatype datatype, int rows) => datatype switch
    {
        TensorDatatype.Bytes => new Writer<string>(rows, element => Encoding.UTF8.GetString(element)),
        TensorDatatype.Bool => new Writer<bool>(rows, element => element[0] != 0),
        TensorDatatype.Fp64 => new Writer<double>(rows, BinaryPrimitives.ReadDoubleLittleEndian),
        TensorDatatype.Fp32 => new Writer<float>(rows, BinaryPrimitives.ReadSingleLittleEndian),
        TensorDatatype.Fp16 => new Writer<float>(rows, element => (float)BinaryPrimitives.ReadHalfLittleEndian(element)),
        TensorDatatype.Bf16 => new Writer<float>(rows, element => Brain16.ToSingle(BinaryPrimitives.ReadUInt16LittleEndian(element))),
        TensorDatatype.Int64 => new Writer<long>(rows, BinaryPrimitives.ReadInt64LittleEndian),
        TensorDatatype.Int32 => new Writer<long>(rows, element => BinaryPrimitives.ReadInt32LittleEndian(element)),
        TensorDatatype.Int16 => new Writer<long>(rows, element => BinaryPrimitives.ReadInt16LittleEndian(element)),
        TensorDatatype.Int8 => new Writer<long>(rows, element => (sbyte)element[0]),
        TensorDatatype.UInt64 => new Writer<long>(rows, Unsigned),
        TensorDatatype.UInt32 => new Writer<long>(rows, element => BinaryPrimitives.ReadUInt32LittleEndian(element)),
        TensorDatatype.UInt16 => new Writer<long>(rows, element => BinaryPrimitives.ReadUInt16LittleEndian(element)),
        _ => new Writer<long>(rows, element => element[0]),
    };

    private static long Unsigned(ReadOnlySpan<byte> element)
    {
        var value = BinaryPrimitives.ReadUInt64LittleEndian(element);
        return value <= long.MaxValue ? (long)value : throw InferenceException.Invalid($"An output has the value {value}, over the largest 64-bit integer of a table, {long.MaxValue}.");
    }

    private delegate T Reader<T>(ReadOnlySpan<byte> element);

    private sealed class Writer<T>(int rows, Reader<T> read) : IWriter
        where T : notnull
    {
        private readonly T[] _values = new T[rows];

        public void Set(int row, ReadOnlySpan<byte> element) => _values[row] = read(element);

        public TableColumn Build(string name, bool[]? missing) => new TableColumn<T>(name, _values, missing);
    }
}
