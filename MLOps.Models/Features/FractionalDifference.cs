namespace MLOps.Models.Features;

/// <summary>Fractional differencing by a window of fixed width: stationary with as much memory as may be kept. López de Prado, Advances in Financial Machine Learning (2018), chapter 5.</summary>
public sealed class FractionalDifference
{
    /// <summary>No window is wider, whatever the threshold asks for.</summary>
    public const int MaximumWidth = 100_000;

    private readonly double[] _weights;

    /// <param name="order">0: the series itself; 1: its first differences; between them the share of memory that goes.</param>
    /// <param name="threshold">Weights below it, in absolute value, and all behind them are left out: the window's width follows.</param>
    /// <exception cref="ArgumentOutOfRangeException">An order or threshold out of range, or so small a threshold that the window would be wider than <see cref="MaximumWidth"/>.</exception>
    public FractionalDifference(double order, double threshold = 1e-4)
    {
        if (!(order >= 0 && order <= 10))
        {
            throw new ArgumentOutOfRangeException(nameof(order), order, "The order of differencing must be from 0 to 10.");
        }

        if (!(threshold > 0 && threshold < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "The threshold must lie between 0 and 1.");
        }

        (Order, Threshold, _weights) = (order, threshold, ComputeWeights(order, threshold));
    }

    public double Order { get; }

    public double Threshold { get; }

    /// <summary>Rows of one window.</summary>
    public int Width => _weights.Length;

    /// <summary>Weight of the newest row (1), of the one before it, and so on.</summary>
    public IReadOnlyList<double> Weights => _weights;

    /// <summary>The differenced series, as long as its input; NaN where the window is not full.</summary>
    /// <param name="values">Usually log prices.</param>
    public double[] Apply(ReadOnlySpan<double> values)
    {
        var result = new double[values.Length];
        Array.Fill(result, double.NaN);
        for (var t = Width - 1; t < values.Length; t++)
        {
            var sum = 0.0;
            for (var k = 0; k < _weights.Length; k++)
            {
                sum += _weights[k] * values[t - k];
            }

            result[t] = sum;
        }

        return result;
    }

    /// <summary>Coefficients of (1 − B)^d: w(0) = 1, w(k) = −w(k−1)·(d − k + 1)/k.</summary>
    private static double[] ComputeWeights(double order, double threshold)
    {
        var weights = new List<double> { 1 };
        while (true)
        {
            var k = weights.Count;
            var weight = -weights[^1] * (order - k + 1) / k;
            if (Math.Abs(weight) < threshold)
            {
                return [.. weights];
            }

            if (k == MaximumWidth)
            {
                throw new ArgumentOutOfRangeException(nameof(threshold), threshold, $"The threshold is so small that the window would be wider than {MaximumWidth} rows; give a larger one.");
            }

            weights.Add(weight);
        }
    }
}
