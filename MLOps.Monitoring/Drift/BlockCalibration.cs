using System.Globalization;
using MLOps.Monitoring.Statistics;

namespace MLOps.Monitoring.Drift;

/// <summary>Calibrates the drift threshold on contiguous blocks of the training rows themselves. Volatility clusters: a month of market data is no
/// independent draw from sixteen years, so textbook p-values alarm every month. A block keeps the dependence that a window has.
/// Every contiguous block is used (sliding by one row) and judged against the training rows without it, as a future window is
/// (docs/decisions/0004-drift-thresholds-from-blocks.md).</summary>
public static class BlockCalibration
{
    /// <summary>Makes the profile of the given features.</summary>
    /// <param name="features">At least one; all with one value per training row, in time order.</param>
    /// <param name="trainingStart">First training day.</param>
    /// <param name="trainingEnd">Last training day.</param>
    /// <param name="options">Block length and quantile.</param>
    /// <exception cref="ArgumentException">Too few rows, uneven columns, or a value that is not finite.</exception>
    public static ReferenceProfile Calibrate(
        IReadOnlyList<ReferenceFeature> features,
        DateOnly trainingStart,
        DateOnly trainingEnd,
        CalibrationOptions options)
    {
        var columns = Columns(features, options);
        var statistics = BlockStatistics(columns, options.BlockLength);
        Array.Sort(statistics);

        // The smallest statistic that at least this share of the blocks does not exceed: an observed value, not one between two.
        var threshold = statistics[Math.Clamp((int)Math.Ceiling(options.Quantile * statistics.Length) - 1, 0, statistics.Length - 1)];
        if (threshold == 0)
        {
            throw new ArgumentException("Every block of every feature equals the whole: the features are constant and there is nothing to watch.", nameof(features));
        }

        var method = string.Create(
            CultureInfo.InvariantCulture,
            $"max over features of D*sqrt(nm/(n+m)), D the two-sample Kolmogorov-Smirnov statistic; threshold: {options.Quantile} quantile (inverse of the empirical distribution function) over all {statistics.Length} contiguous blocks of {options.BlockLength} training rows, sliding by one row, each against the training rows outside it");
        return new ReferenceProfile(
            ReferenceProfile.CurrentVersion, features, ReferenceProfile.MonthWindow, options.BlockLength, options.Quantile,
            threshold, statistics.Length, trainingStart, trainingEnd, method);
    }

    private static double[][] Columns(IReadOnlyList<ReferenceFeature> features, CalibrationOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BlockLength, 2, nameof(options));
        if (!(options.Quantile is > 0 and < 1))
        {
            throw new ArgumentException($"The quantile is {options.Quantile}: expected a number between 0 and 1.", nameof(options));
        }

        if (features.Count == 0)
        {
            throw new ArgumentException("There are no features: expected at least one.", nameof(features));
        }

        var rows = features[0].Values.Count;
        if (rows < options.BlockLength * CalibrationOptions.MinimumBlocks)
        {
            throw new ArgumentException(
                $"{rows} training rows: a drift threshold needs at least {options.BlockLength * CalibrationOptions.MinimumBlocks}, {CalibrationOptions.MinimumBlocks} blocks of {options.BlockLength}. Train on a longer period.",
                nameof(features));
        }

        foreach (var feature in features)
        {
            if (feature.Values.Count != rows)
            {
                throw new ArgumentException($"Feature '{feature.Name}' has {feature.Values.Count} values and '{features[0].Name}' has {rows}: expected as many.", nameof(features));
            }
        }

        return [.. features.Select(feature => feature.Values.ToArray())];
    }

    private static double[] BlockStatistics(double[][] columns, int length)
    {
        var statistics = new double[columns[0].Length - length + 1];
        var block = new double[length];
        foreach (var column in columns)
        {
            var sorted = Samples.Sorted(column, nameof(columns));
            for (var start = 0; start < statistics.Length; start++)
            {
                column.AsSpan(start, length).CopyTo(block);
                Array.Sort(block);
                var d = StatisticAgainstRest(sorted, block);
                statistics[start] = Math.Max(statistics[start], KolmogorovSmirnov.Normalise(d, sorted.Length - length, length));
            }
        }

        return statistics;
    }

    /// <summary>D of a block against the rows outside it, from ranks in the whole column: no copy without the block is made.
    /// Between two points of the block its distribution function is flat and the other one rises, so the largest gap is at or just below a point of the block.</summary>
    private static double StatisticAgainstRest(double[] sorted, double[] block)
    {
        var rest = (double)(sorted.Length - block.Length);
        var largest = 0.0;
        for (var first = 0; first < block.Length;)
        {
            var value = block[first];
            var past = first + 1;
            while (past < block.Length && block[past] == value)
            {
                past++;
            }

            var below = ((double)first / block.Length) - ((Samples.CountBelow(sorted, value) - first) / rest);
            var atMost = ((double)past / block.Length) - ((Samples.CountAtMost(sorted, value) - past) / rest);
            largest = Math.Max(largest, Math.Max(Math.Abs(below), Math.Abs(atMost)));
            first = past;
        }

        return largest;
    }
}
