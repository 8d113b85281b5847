using Parquet;
using Parquet.Schema;

namespace MLOps.Inference.Tabular;

/// <summary>Parquet's column types and ours.</summary>
internal static class ParquetColumns
{
    /// <returns>Null: not read.</returns>
    public static ColumnType? TypeOf(DataField field) => field.MaxRepetitionLevel > 0 ? null : IsText(field) ? ColumnType.Text : Type.GetTypeCode(field.ClrType) switch
    {
        TypeCode.Boolean => ColumnType.Boolean,
        TypeCode.SByte or TypeCode.Byte or TypeCode.Int16 or TypeCode.UInt16 or TypeCode.Int32 or TypeCode.UInt32 or TypeCode.Int64 => ColumnType.Integer,
        TypeCode.UInt64 => ColumnType.Unsigned,
        TypeCode.Single => ColumnType.Single,
        TypeCode.Double => ColumnType.Double,
        TypeCode.DateTime => ColumnType.Timestamp,
        _ => null,
    };

    public static DataField FieldOf(ColumnInfo column) => column.Type switch
    {
        ColumnType.Text => new DataField(column.Name, typeof(string), column.IsNullable),
        ColumnType.Boolean => new DataField(column.Name, typeof(bool), column.IsNullable),
        ColumnType.Integer => new DataField(column.Name, typeof(long), column.IsNullable),
        ColumnType.Unsigned => new DataField(column.Name, typeof(ulong), column.IsNullable),
        ColumnType.Single => new DataField(column.Name, typeof(float), column.IsNullable),
        ColumnType.Double => new DataField(column.Name, typeof(double), column.IsNullable),
        ColumnType.Timestamp => new DateTimeDataField(column.Name, DateTimeFormat.DateAndTimeMicros, isNullable: column.IsNullable),
        _ => throw new NotSupportedException($"Column '{column.Name}' has no type."),
    };

    /// <param name="group">Where to read.</param>
    /// <param name="field">The column.</param>
    /// <param name="rows">Of the group.</param>
    /// <param name="countText">Gets the characters of all text of the column before it is made: a few kilobytes of dictionary can be said to stand in every row.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public static Task<TableColumn> ReadAsync(ParquetRowGroupReader group, DataField field, int rows, Action<long> countText, CancellationToken cancellationToken) => IsText(field) ? TextAsync(group, field, rows, countText, cancellationToken) : Type.GetTypeCode(field.ClrType) switch
    {
        TypeCode.Boolean => ValuesAsync<bool, bool>(group, field, rows, value => value, cancellationToken),
        TypeCode.SByte => ValuesAsync<sbyte, long>(group, field, rows, value => value, cancellationToken),
        TypeCode.Byte => ValuesAsync<byte, long>(group, field, rows, value => value, cancellationToken),
        TypeCode.Int16 => ValuesAsync<short, long>(group, field, rows, value => value, cancellationToken),
        TypeCode.UInt16 => ValuesAsync<ushort, long>(group, field, rows, value => value, cancellationToken),
        TypeCode.Int32 => ValuesAsync<int, long>(group, field, rows, value => value, cancellationToken),
        TypeCode.UInt32 => ValuesAsync<uint, long>(group, field, rows, value => value, cancellationToken),
        TypeCode.UInt64 => ValuesAsync<ulong, ulong>(group, field, rows, value => value, cancellationToken),
        TypeCode.Int64 => ValuesAsync<long, long>(group, field, rows, value => value, cancellationToken),
        TypeCode.Single => ValuesAsync<float, float>(group, field, rows, value => value, cancellationToken),
        TypeCode.Double => ValuesAsync<double, double>(group, field, rows, value => value, cancellationToken),
        _ => ValuesAsync<DateTime, DateTime>(group, field, rows, value => value, cancellationToken),
    };

    public static Task WriteAsync(ParquetRowGroupWriter group, DataField field, TableColumn column, CancellationToken cancellationToken) => column switch
    {
        TableColumn<string> text => group.WriteAsync(field, [.. Enumerable.Range(0, text.Count).Select(row => text.IsMissing(row) ? null! : text[row])]),
        TableColumn<bool> values => WriteAsync(group, field, values, cancellationToken),
        TableColumn<long> values => WriteAsync(group, field, values, cancellationToken),
        TableColumn<ulong> values => WriteAsync(group, field, values, cancellationToken),
        TableColumn<float> values => WriteAsync(group, field, values, cancellationToken),
        TableColumn<double> values => WriteAsync(group, field, values, cancellationToken),
        TableColumn<DateTime> values => WriteAsync(group, field, values, cancellationToken),
        _ => throw new NotSupportedException($"Column '{column.Name}' has a type that is not written."),
    };

    /// <summary>The library's type of text in files that it reads is not the one in schemas that it is given.</summary>
    private static bool IsText(DataField field) => field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>);

    private static async Task<TableColumn> TextAsync(ParquetRowGroupReader group, DataField field, int rows, Action<long> countText, CancellationToken cancellationToken)
    {
        var values = new ReadOnlyMemory<char>[rows];
        var levels = field.IsNullable ? new int[rows] : null;
        await group.ReadRawAsync(field, values.AsMemory(), levels, null, cancellationToken);
        countText(values.Sum(value => (long)value.Length));
        var missing = levels is not null && Array.Exists(levels, level => level < field.MaxDefinitionLevel) ? Array.ConvertAll(levels, level => level < field.MaxDefinitionLevel) : null;

        // The values that are there lie one after the other.
        var texts = new string[rows];
        var next = 0;
        for (var row = 0; row < rows; row++)
        {
            texts[row] = missing?[row] == true ? string.Empty : new string(values[next++].Span);
        }

        return new TableColumn<string>(field.Name, texts, missing);
    }

    private static async Task<TableColumn> ValuesAsync<TFile, T>(ParquetRowGroupReader group, DataField field, int rows, Converter<TFile, T> convert, CancellationToken cancellationToken)
        where TFile : struct
        where T : struct
    {
        if (!field.IsNullable)
        {
            var plain = new TFile[rows];
            await group.ReadAsync<TFile>(field, plain.AsMemory(), null, cancellationToken);
            return new TableColumn<T>(field.Name, plain is T[] same ? same : Array.ConvertAll(plain, convert));
        }

        var values = new TFile?[rows];
        await group.ReadAsync<TFile>(field, values.AsMemory(), null, cancellationToken);
        return new TableColumn<T>(field.Name, Array.ConvertAll(values, value => convert(value.GetValueOrDefault())), Gaps(values, value => value is null));
    }

    private static Task WriteAsync<T>(ParquetRowGroupWriter group, DataField field, TableColumn<T> column, CancellationToken cancellationToken)
        where T : struct
    {
        if (!field.IsNullable)
        {
            return group.WriteAsync<T>(field, column.Values, null, null, cancellationToken);
        }

        var values = new T?[column.Count];
        for (var row = 0; row < values.Length; row++)
        {
            values[row] = column.IsMissing(row) ? null : column[row];
        }

        return group.WriteAsync<T>(field, values.AsMemory(), null, null, cancellationToken);
    }

    private static bool[]? Gaps<T>(T[] values, Predicate<T> isMissing) => Array.Exists(values, isMissing) ? Array.ConvertAll(values, value => isMissing(value)) : null;
}
