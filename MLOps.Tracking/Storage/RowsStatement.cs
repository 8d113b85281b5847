using System.Globalization;
using System.Text;

namespace MLOps.Tracking.Storage;

/// <summary>An INSERT of one row or of many, for SQLite.</summary>
/// <param name="insert"><c>INSERT INTO table (column, …)</c>.</param>
/// <param name="columns">How many columns that is.</param>
/// <param name="tail">What follows the values.</param>
internal sealed class RowsStatement(string insert, int columns, string tail)
{
    // Before a statement of many rows changes a page SQLite keeps the page as it was, once for each statement: the more rows the fewer copies.
    private static readonly int[] Sizes = [1024, 256, 64, 16, 4, 1];

    public int Columns => columns;

    /// <summary>How many of the waiting rows go into the next statement: few sizes, so that each is prepared once.</summary>
    public static int RowsAtOnce(int waiting) => Array.Find(Sizes, size => size <= waiting);

    public string Text(int rows)
    {
        var text = new StringBuilder(insert).Append(" VALUES ");
        for (var i = 0; i < rows * columns; i++)
        {
            text.Append(i % columns > 0 ? ", " : i == 0 ? "(" : "), (").Append(CultureInfo.InvariantCulture, $"?{i + 1}");
        }

        return text.Append(") ").Append(tail).ToString();
    }
}
