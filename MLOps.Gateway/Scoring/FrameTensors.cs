using MLOps.Contracts.Endpoints;
using MLOps.Inference;
using MLOps.Inference.Tabular;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Scoring;

/// <summary>A table as the model's inputs: by its signature's columns where it has such, else as it came. One input takes the whole table,
/// [rows, columns]; several take a column each.</summary>
internal static class FrameTensors
{
    /// <exception cref="InferenceException">InvalidRequest: names the column that does not fit.</exception>
    public static async Task<IReadOnlyList<Tensor>> BuildAsync(ScoringFrame frame, ModelSignature signature, CancellationToken cancellationToken)
    {
        var columns = ModelColumns.Choose(frame.Columns, SchemaField.Columns(signature.Schema, ColumnRule.Of));
        frame.Select(columns);
        return signature.Inputs is [var only] && (columns.Count != 1 || columns[0].Name != only.Name)
            ? [await WholeAsync(frame, only, columns, cancellationToken)]
            : await EachAsync(frame, signature, columns, cancellationToken);
    }

    private static async Task<Tensor> WholeAsync(ScoringFrame frame, TensorSignature input, IReadOnlyList<ModelColumn> columns, CancellationToken cancellationToken)
    {
        var builder = new TensorBuilder(input);
        var row = new Cell[frame.Columns.Count];
        var rows = 0;
        for (; await frame.TryReadAsync(row, cancellationToken); rows++)
        {
            foreach (var column in columns)
            {
                builder.Append(Take(column, row, rows), column.Name);
            }
        }

        RequireRows(rows);
        return builder.Build([rows, columns.Count]);
    }

    private static async Task<Tensor[]> EachAsync(ScoringFrame frame, ModelSignature signature, IReadOnlyList<ModelColumn> columns, CancellationToken cancellationToken)
    {
        var inputs = columns.Select(column => signature.Inputs.FirstOrDefault(input => input.Name == column.Name)
            ?? throw new InferenceException(InferenceError.InvalidRequest, $"Column '{TensorBuilder.Shown(column.Name)}' is no input of the model: it takes {string.Join(", ", signature.Inputs.Select(input => input.Name))}.")).ToArray();
        var builders = inputs.Select(input => new TensorBuilder(input)).ToArray();
        var shapes = new long[columns.Count][];
        var row = new Cell[frame.Columns.Count];
        var rows = 0;
        for (; await frame.TryReadAsync(row, cancellationToken); rows++)
        {
            for (var i = 0; i < builders.Length; i++)
            {
                var cell = Take(columns[i], row, rows);
                shapes[i] ??= TensorBuilder.ShapeOf(cell);
                builders[i].AppendNested(cell, shapes[i], columns[i].Name);
            }
        }

        RequireRows(rows);
        return [.. builders.Select((builder, i) => builder.Build(Padded([rows, .. shapes[i]], inputs[i].Shape.Count)))];
    }

    /// <summary>A column of numbers for an input [rows, 1] gets that 1.</summary>
    private static long[] Padded(List<long> shape, int rank)
    {
        while (shape.Count < rank)
        {
            shape.Add(1);
        }

        return [.. shape];
    }

    private static Cell Take(ModelColumn column, Cell[] row, int number)
    {
        var cell = column.Index < 0 ? default : row[column.Index];
        return column.Fits(cell)
            ? cell
            : throw new InferenceException(
                InferenceError.InvalidRequest,
                $"Column '{TensorBuilder.Shown(column.Name)}' is {cell} in row {number}: the model's signature expects {column.Type}.");
    }

    private static void RequireRows(int rows)
    {
        if (rows == 0)
        {
            throw new InferenceException(InferenceError.InvalidRequest, "the data frame is empty: expected at least one row.");
        }
    }
}
