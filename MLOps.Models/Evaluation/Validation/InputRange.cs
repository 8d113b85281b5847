namespace MLOps.Models.Evaluation.Validation;

/// <summary>What an input was like over the rows.</summary>
/// <param name="Deviation">Its standard deviation, or that of its steps from row to row over √2 where that is smaller: the same for values without memory, but a price that wanders is disturbed by a part of its daily move, not of the distance it has come.</param>
internal readonly record struct InputRange(double Least, double Largest, double Deviation)
{
    public static InputRange[] Of(double[][] rows) => [.. Enumerable.Range(0, rows[0].Length).Select(j => Of(rows, j))];

    /// <summary>The values, none outside what its input has been: a variance stays positive.</summary>
    public static double[] Kept(double[] row, InputRange[] ranges) => [.. row.Select((value, j) => Math.Clamp(value, ranges[j].Least, ranges[j].Largest))];

    private static InputRange Of(double[][] rows, int column)
    {
        var (least, largest, mean) = (double.PositiveInfinity, double.NegativeInfinity, 0.0);
        foreach (var row in rows)
        {
            least = Math.Min(least, row[column]);
            largest = Math.Max(largest, row[column]);
            mean += row[column] / rows.Length;
        }

        var (squares, steps) = (0.0, 0.0);
        for (var t = 0; t < rows.Length; t++)
        {
            squares += (rows[t][column] - mean) * (rows[t][column] - mean);
            steps += t > 0 ? (rows[t][column] - rows[t - 1][column]) * (rows[t][column] - rows[t - 1][column]) : 0;
        }

        return new InputRange(least, largest, Math.Sqrt(Math.Min(squares / rows.Length, steps / (2 * Math.Max(1, rows.Length - 1)))));
    }
}
