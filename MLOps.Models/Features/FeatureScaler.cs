namespace MLOps.Models.Features;

/// <summary>Mean and standard deviation of each feature, fitted on the rows it is given and no others.</summary>
internal sealed record FeatureScaler(float[] Means, float[] Deviations)
{
    public static FeatureScaler Fit(IReadOnlyList<double[]> rows)
    {
        var features = rows[0].Length;
        var means = new float[features];
        var deviations = new float[features];
        for (var f = 0; f < features; f++)
        {
            var mean = rows.Average(row => row[f]);
            var variance = rows.Average(row => (row[f] - mean) * (row[f] - mean));
            means[f] = (float)mean;

            // A feature that never changes carries nothing; 1 keeps it finite.
            deviations[f] = variance > 1e-12 ? (float)Math.Sqrt(variance) : 1;
        }

        return new FeatureScaler(means, deviations);
    }
}
