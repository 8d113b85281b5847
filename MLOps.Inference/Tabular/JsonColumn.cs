namespace MLOps.Inference.Tabular;

/// <summary>A column of JSON lines, whose values know what they are each on its own.</summary>
/// <param name="name">The column's name.</param>
/// <param name="values">One for each row, as text.</param>
/// <param name="missing">Which are null or not there; null: none.</param>
/// <param name="cells">One for each row.</param>
internal sealed class JsonColumn(string name, string[] values, bool[]? missing, Cell[] cells) : TableColumn<string>(name, values, missing)
{
    public override Cell Cell(int row) => cells[row];
}
