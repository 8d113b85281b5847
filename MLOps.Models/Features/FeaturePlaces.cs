namespace MLOps.Models.Features;

/// <summary>Where rows of features come from that are made of several pieces of bars, one piece after the other, none over a gap.</summary>
internal sealed class FeaturePlaces
{
    /// <summary>Of each row its bar, and how many rows of its piece lead up to it.</summary>
    private readonly (int Bar, int Before)[] _rows;

    /// <param name="parts">Bars of each piece.</param>
    /// <param name="lookBack">Bars before the first of a piece that a row belongs to.</param>
    public FeaturePlaces(IEnumerable<int> parts, int lookBack)
    {
        var (rows, bar) = (new List<(int, int)>(), 0);
        foreach (var count in parts)
        {
            var first = bar + lookBack;
            rows.AddRange(Enumerable.Range(0, Math.Max(0, count - lookBack)).Select(row => (first + row, row)));
            bar += count;
        }

        _rows = [.. rows];
    }

    /// <summary>The bar that a row belongs to, counted over all pieces.</summary>
    public int BarOf(int row) => _rows[row].Bar;

    /// <summary>How many rows of its piece lead up to a row.</summary>
    public int Before(int row) => _rows[row].Before;

    /// <summary>The first row that belongs to this bar or a later one; the number of rows where none does.</summary>
    public int FirstFrom(int bar)
    {
        var row = Array.FindIndex(_rows, place => place.Bar >= bar);
        return row < 0 ? _rows.Length : row;
    }
}
