using MLOps.Inference.Tabular;
using MLOps.Models.Data;

namespace MLOps.Bench.Models;

/// <summary>Reads a CSV file as a trainer takes it: once for the kinds of its columns, once for the cells.</summary>
internal static class CsvTrainingData
{
    public static async Task<TrainingData> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var (names, isNumber) = await ColumnsAsync(path, cancellationToken);
        var builder = new TrainingDataBuilder(names, isNumber);
        using var text = CsvReader.Utf8(File.OpenRead(path));
        var csv = new CsvReader(text);
        await csv.ReadHeaderAsync(cancellationToken);
        while (await csv.ReadAsync(cancellationToken) is { } cells)
        {
            builder.Add(csv.Line, cells);
        }

        return builder.Build();
    }

    private static async Task<(string[] Names, bool[] IsNumber)> ColumnsAsync(string path, CancellationToken cancellationToken)
    {
        using var text = CsvReader.Utf8(File.OpenRead(path));
        var csv = new CsvReader(text);
        var names = await csv.ReadHeaderAsync(cancellationToken);
        var isNumber = new bool[names.Length];
        var isText = new bool[names.Length];
        while (await csv.ReadAsync(cancellationToken) is { } cells)
        {
            for (var i = 0; i < Math.Min(cells.Count, names.Length); i++)
            {
                isNumber[i] |= cells[i].Length > 0;
                isText[i] |= !TrainingDataBuilder.TryNumber(cells[i], out _);
            }
        }

        return (names, [.. isNumber.Select((number, i) => number && !isText[i])]);
    }
}
