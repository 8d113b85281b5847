namespace MLOps.Models.Features;

/// <summary>How far a scaler of earlier rows is off on later ones. Rows that keep their distribution have mean 0 and deviation 1.</summary>
/// <param name="Mean">Mean over the features of the absolute mean, in training deviations.</param>
/// <param name="Deviation">Mean over the features of the standard deviation.</param>
/// <param name="Beyond">Share of values more than four training deviations off.</param>
internal readonly record struct FeatureShift(double Mean, double Deviation, double Beyond)
{
    private const double Far = 4;

    public static FeatureShift Of(IReadOnlyList<double[]> rows, FeatureScaler scaler)
    {
        var features = scaler.Means.Length;
        var (mean, deviation, beyond) = (0.0, 0.0, 0);
        for (var f = 0; f < features; f++)
        {
            var (sum, squares) = (0.0, 0.0);
            foreach (var row in rows)
            {
                var scaled = (row[f] - scaler.Means[f]) / scaler.Deviations[f];
                sum += scaled;
                squares += scaled * scaled;
                beyond += Math.Abs(scaled) > Far ? 1 : 0;
            }

            mean += Math.Abs(sum / rows.Count);
            deviation += Math.Sqrt(Math.Max(0, (squares / rows.Count) - (sum / rows.Count * (sum / rows.Count))));
        }

        return new FeatureShift(mean / features, deviation / features, (double)beyond / (features * rows.Count));
    }

    /// <summary>The figures by name, those of the baseline behind them.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Figures(string prefix, FeatureShift features, string baseline, FeatureShift ofBaseline) =>
    [
        new($"{prefix}mean_shift", features.Mean),
        new($"{prefix}mean_deviation", features.Deviation),
        new($"{prefix}share_beyond_4", features.Beyond),
        new($"baseline_{baseline}_{prefix}mean_shift", ofBaseline.Mean),
        new($"baseline_{baseline}_{prefix}mean_deviation", ofBaseline.Deviation),
        new($"baseline_{baseline}_{prefix}share_beyond_4", ofBaseline.Beyond),
    ];
}
