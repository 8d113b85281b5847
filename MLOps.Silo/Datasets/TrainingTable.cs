using MLOps.Inference.Tabular;
using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Silo.Datasets;

/// <summary>Makes training data of a table: the column <c>date</c> or <c>time</c> becomes the times, the others numbers (true is 1) or texts; a missing number is NaN.
/// The bench program compiles this file, too.</summary>
internal static class TrainingTable
{
    private const int ChunkRows = 4096;

    /// <param name="numbers">Names of the columns that have numbers.</param>
    /// <exception cref="ModelTrainingException">A cell is not what its column has; the message names row, column and cell.</exception>
    public static async Task<TrainingData> ReadAsync(ITableReader table, IReadOnlySet<string> numbers, CancellationToken cancellationToken)
    {
        string[] names = [.. table.Columns.Select(column => column.Name)];
        var time = TimeText.ColumnOf(names);
        var times = time >= 0 ? new List<DateTime>() : null;
        var columns = names.Select((name, i) => i == time ? null : numbers.Contains(name) ? new Numbers(name) : (Column)new Texts(name)).ToArray();
        while (await table.ReadAsync(ChunkRows, cancellationToken) is { } chunk)
        {
            for (var i = 0; i < columns.Length; i++)
            {
                if (columns[i] is { } column)
                {
                    column.Add(chunk, chunk.Columns[i]);
                }
                else
                {
                    AddTimes(times!, chunk, chunk.Columns[i]);
                }
            }
        }

        return new TrainingData(times?.ToArray(), [.. columns.OfType<Column>().Select(column => column.ToData())]);
    }

    private static void AddTimes(List<DateTime> times, TableChunk chunk, TableColumn column)
    {
        for (var row = 0; row < chunk.Rows; row++)
        {
            times.Add(column.Cell(row).Text is { } text && TimeText.TryParse(text, out var time)
                ? time
                : throw Bad(chunk, column, row, "an ISO date (2020-12-31) or timestamp (2020-12-31T16:00:00Z)"));
        }
    }

    private static ModelTrainingException Bad(TableChunk chunk, TableColumn column, int row, string expected) =>
        new($"{chunk.Place(row)}, column '{column.Name}' is {column.Cell(row)}: expected {expected}.");

    private abstract class Column
    {
        public abstract void Add(TableChunk chunk, TableColumn column);

        public abstract DataColumn ToData();
    }

    private sealed class Numbers(string name) : Column
    {
        private readonly List<double> _values = [];

        public override void Add(TableChunk chunk, TableColumn column)
        {
            for (var row = 0; row < chunk.Rows; row++)
            {
                var cell = column.Cell(row);
                _values.Add(cell.Kind switch
                {
                    CellKind.Boolean => cell.Boolean ? 1 : 0,
                    CellKind.Null => double.NaN,
                    _ when cell.IsNumber => cell.Number,
                    _ => throw Bad(chunk, column, row, "a number, or nothing where it is missing"),
                });
            }
        }

        public override DataColumn ToData() => DataColumn.Of(name, _values.ToArray());
    }

    private sealed class Texts(string name) : Column
    {
        private readonly List<string> _values = [];

        public override void Add(TableChunk chunk, TableColumn column)
        {
            for (var row = 0; row < chunk.Rows; row++)
            {
                var cell = column.Cell(row);
                _values.Add(cell.Kind == CellKind.Null ? "" : cell.Text ?? cell.ToString());
            }
        }

        public override DataColumn ToData() => DataColumn.Of(name, _values.ToArray());
    }
}
