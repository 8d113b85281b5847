using MLOps.Contracts.Batch;
using MLOps.Inference;
using MLOps.Inference.Tabular;

namespace MLOps.Silo.Batch;

/// <summary>The columns of a result: the row's number, what is passed through, the outputs, and the fault where bad rows are skipped.</summary>
internal static class BatchSchema
{
    /// <summary>From 1, in the order of the input.</summary>
    public const string RowNumber = "row_number";

    public const string Error = "error";

    /// <exception cref="InferenceException">InvalidRequest: two columns of one name, or a passthrough column that the table lacks.</exception>
    public static IReadOnlyList<ColumnInfo> Of(BatchJobSpec spec, IReadOnlyList<ColumnInfo> table, IEnumerable<TensorColumns> outputs)
    {
        List<ColumnInfo> schema = [new(RowNumber, ColumnType.Integer, IsNullable: false)];
        schema.AddRange(spec.Passthrough.Select(name => table.FirstOrDefault(column => column.Name == name) is { } column
            ? column with { IsNullable = true }
            : throw Invalid($"'passthrough_columns' has '{name}': the input has {string.Join(", ", table.Select(other => other.Name))}.")));
        schema.AddRange(outputs.SelectMany(output => output.Columns));
        if (spec.OnError == BatchOnError.Skip)
        {
            schema.Add(new ColumnInfo(Error, ColumnType.Text));
        }

        return schema.GroupBy(column => column.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw Invalid($"The result would have two columns '{twice.Key}' (it has {RowNumber}, the passthrough columns, the outputs{(spec.OnError == BatchOnError.Skip ? $" and {Error}" : string.Empty)}): leave one out, or rename the input's.")
            : schema;
    }

    private static InferenceException Invalid(string message) => new(InferenceError.InvalidRequest, message);
}
