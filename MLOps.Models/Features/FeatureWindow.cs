namespace MLOps.Models.Features;

/// <summary>The last days of features before and at a day, flat, as networks take them.</summary>
internal static class FeatureWindow
{
    /// <summary>[features, days], oldest day first.</summary>
    /// <param name="row">The newest day.</param>
    /// <exception cref="ArgumentOutOfRangeException">Too few rows lead up to it.</exception>
    public static float[] ByFeature(IReadOnlyList<double[]> rows, int row, int days)
    {
        Check(rows, row, days);
        var window = new float[rows[row].Length * days];
        for (var day = 0; day < days; day++)
        {
            var values = rows[row - days + 1 + day];
            for (var feature = 0; feature < values.Length; feature++)
            {
                window[(feature * days) + day] = (float)values[feature];
            }
        }

        return window;
    }

    /// <summary>[days, features], oldest day first.</summary>
    /// <inheritdoc cref="ByFeature"/>
    public static float[] ByDay(IReadOnlyList<double[]> rows, int row, int days)
    {
        Check(rows, row, days);
        return [.. Enumerable.Range(row - days + 1, days).SelectMany(day => rows[day]).Select(value => (float)value)];
    }

    private static void Check(IReadOnlyList<double[]> rows, int row, int days)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(row, days - 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, rows.Count);
    }
}
