using System.Buffers;
using System.Text.Json;
using MLOps.Inference;
using MLOps.Inference.Tabular;

namespace MLOps.Gateway.Scoring;

/// <summary>A table of a JSON body as JSON lines. Its numbers keep every bit on their way to a pipeline.</summary>
internal static class RowsFile
{
    /// <exception cref="InferenceException">InvalidRequest: a row that does not fit the columns, or a value that no row of data can have.</exception>
    public static async Task<ReadOnlyMemory<byte>> OfAsync(ScoringFrame frame, CancellationToken cancellationToken)
    {
        var lines = new ArrayBufferWriter<byte>();
        var row = new Cell[frame.Columns.Count];
        while (await frame.TryReadAsync(row, cancellationToken))
        {
            using (var json = new Utf8JsonWriter(lines))
            {
                json.WriteStartObject();
                for (var i = 0; i < row.Length; i++)
                {
                    json.WritePropertyName(frame.Columns[i]);
                    Write(json, row[i], frame.Columns[i]);
                }

                json.WriteEndObject();
            }

            lines.Write("\n"u8);
        }

        return lines.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, in Cell cell, string column)
    {
        switch (cell.Kind)
        {
            case CellKind.Null:
                json.WriteNullValue();
                break;
            case CellKind.Boolean:
                json.WriteBooleanValue(cell.Boolean);
                break;
            case CellKind.Integer:
                json.WriteNumberValue(cell.Integer);
                break;
            case CellKind.Unsigned:
                json.WriteNumberValue(cell.Unsigned);
                break;
            case CellKind.Number when !double.IsFinite(cell.Number):
                throw new InferenceException(InferenceError.InvalidRequest, $"Column '{TensorBuilder.Shown(column)}' is {cell}: raw rows have no infinite values.");
            case CellKind.Number:
                // The shortest text that reads back as the same bits.
                json.WriteNumberValue(cell.Number);
                break;
            case CellKind.Text:
                json.WriteStringValue(cell.Text);
                break;
            default:
                cell.Json.WriteTo(json);
                break;
        }
    }
}
