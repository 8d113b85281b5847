namespace MLOps.Inference.Tabular;

/// <summary>A column of a CSV: text, of which a tensor takes what reads as a number for one.</summary>
/// <param name="name">The column's name.</param>
/// <param name="values">One for each row, as written.</param>
/// <param name="missing">Which are empty; null: none.</param>
/// <param name="quoted">Which are written in quotes.</param>
internal sealed class CsvColumn(string name, string[] values, bool[]? missing, bool[] quoted) : TableColumn<string>(name, values, missing)
{
    public override Cell Cell(int row) => Tabular.Cell.OfCsv(this[row], quoted[row]);
}
