namespace MLOps.Inference.Tabular;

/// <summary>The cells of one column of a chunk.</summary>
public abstract class TableColumn
{
    private protected TableColumn(string name, ColumnType type, bool[]? missing)
    {
        Name = name;
        Type = type;
        Missing = missing;
    }

    public string Name { get; }

    public ColumnType Type { get; }

    public abstract int Count { get; }

    internal bool HasMissing => Missing is not null;

    private protected bool[]? Missing { get; }

    public bool IsMissing(int row) => Missing is not null && Missing[row];

    /// <summary>The cell for a message.</summary>
    public abstract string Text(int row);

    /// <summary>The cell for a tensor.</summary>
    public abstract Cell Cell(int row);

    /// <summary>Pieces of columns of this one's type, one after the other, as a column of this one's name.</summary>
    internal abstract TableColumn Join(IReadOnlyList<TablePiece> pieces);
}
