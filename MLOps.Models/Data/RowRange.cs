namespace MLOps.Models.Data;

/// <summary>Rows from one to before another.</summary>
/// <param name="To">Exclusive.</param>
public readonly record struct RowRange(int From, int To)
{
    public int Count => To - From;

    /// <summary>How many rows of its own piece lead up to each row, and to the one that would come after the last.</summary>
    /// <param name="pieces">All rows together, in order.</param>
    public static int[] Before(IReadOnlyList<RowRange> pieces) =>
        [.. pieces.SelectMany(piece => Enumerable.Range(0, piece.Count)), pieces.Count > 0 ? pieces[^1].Count : 0];

    /// <summary>The ranges that ascending rows make.</summary>
    public static IReadOnlyList<RowRange> Of(IEnumerable<int> rows)
    {
        var ranges = new List<RowRange>();
        foreach (var row in rows)
        {
            if (ranges.Count > 0 && ranges[^1].To == row)
            {
                ranges[^1] = ranges[^1] with { To = row + 1 };
            }
            else
            {
                ranges.Add(new RowRange(row, row + 1));
            }
        }

        return ranges;
    }
}
