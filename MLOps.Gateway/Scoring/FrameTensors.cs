using MLOps.Contracts.Endpoints;
using MLOps.Inference;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Scoring;

/// <summary>A table as the model's inputs: by its signature's columns where it has such, else as it came. One input takes the whole table,
/// [rows, columns]; several take a column each.</summary>
internal static class FrameTensors
{
    /// <exception cref="InferenceException">InvalidRequest: names the column that does not fit.</exception>
    public static IReadOnlyList<Tensor> Build(ScoringFrame frame, ModelSignature signature)
    {
        var columns = SchemaColumns.Choose(frame.Columns, signature.Schema);
        return signature.Inputs is [var only] && (columns.Count != 1 || columns[0].Name != only.Name)
            ? [Whole(frame, only, columns)]
            : Each(frame, signature, columns);
    }

    private static Tensor Whole(ScoringFrame frame, TensorSignature input, IReadOnlyList<SchemaColumn> columns)
    {
        var builder = new TensorBuilder(input);
        var row = new Cell[frame.Columns.Count];
        var rows = 0;
        for (; frame.TryRead(row); rows++)
        {
            foreach (var column in columns)
            {
                builder.Append(column.Take(row, rows), column.Name);
            }
        }

        RequireRows(rows);
        return builder.Build([rows, columns.Count]);
    }

    private static Tensor[] Each(ScoringFrame frame, ModelSignature signature, IReadOnlyList<SchemaColumn> columns)
    {
        var inputs = columns.Select(column => signature.Inputs.FirstOrDefault(input => input.Name == column.Name)
            ?? throw new InferenceException(InferenceError.InvalidRequest, $"Column '{TensorBuilder.Shown(column.Name)}' is no input of the model: it takes {string.Join(", ", signature.Inputs.Select(input => input.Name))}.")).ToArray();
        var builders = inputs.Select(input => new TensorBuilder(input)).ToArray();
        var shapes = new long[columns.Count][];
        var row = new Cell[frame.Columns.Count];
        var rows = 0;
        for (; frame.TryRead(row); rows++)
        {
            for (var i = 0; i < builders.Length; i++)
            {
                var cell = columns[i].Take(row, rows);
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

    private static void RequireRows(int rows)
    {
        if (rows == 0)
        {
            throw new InferenceException(InferenceError.InvalidRequest, "the data frame is empty: expected at least one row.");
        }
    }
}
