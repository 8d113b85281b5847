using MathNet.Numerics.Statistics;

namespace MLOps.Models.Evaluation;

/// <summary>How far a series of prices or account values stood below its highest value so far, at every point: 0.2 is 20 % below.</summary>
public sealed class Drawdowns
{
    private readonly double[] _values;
    private readonly double[] _depths;

    private Drawdowns(double[] values, double[] depths, int peak, int trough)
    {
        _values = values;
        _depths = depths;
        (Peak, Trough) = (peak, trough);
    }

    /// <summary>One a value, 0 to below 1.</summary>
    public IReadOnlyList<double> Depths => _depths;

    /// <summary>The deepest.</summary>
    public double Maximum => _depths[Trough];

    /// <summary>Index of the high that the deepest drawdown fell from: the last one of that height before it.</summary>
    public int Peak { get; }

    /// <summary>Index of the deepest drawdown, the first if several are as deep.</summary>
    public int Trough { get; }

    /// <summary>Mean over all points, those at a high among them.</summary>
    public double Mean => _depths.Average();

    /// <summary>Root of the mean square over all points (Martin and McCann 1989), as a fraction.</summary>
    public double UlcerIndex => Math.Sqrt(_depths.Average(depth => depth * depth));

    /// <exception cref="ArgumentException">No value, or one that is not a positive number.</exception>
    public static Drawdowns Of(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
        {
            throw new ArgumentException("Drawdowns need at least one value.", nameof(values));
        }

        var depths = new double[values.Length];
        var (high, peak, trough) = (0, 0, 0);
        for (var i = 0; i < values.Length; i++)
        {
            if (!(values[i] > 0) || double.IsInfinity(values[i]))
            {
                throw new ArgumentException($"Drawdowns need positive values, but number {i} is {values[i]:R}.", nameof(values));
            }

            high = values[i] >= values[high] ? i : high;
            depths[i] = 1 - (values[i] / values[high]);
            if (depths[i] > depths[trough])
            {
                (peak, trough) = (high, i);
            }
        }

        return new Drawdowns(values.ToArray(), depths, peak, trough);
    }

    /// <summary>Compound growth a year over the deepest drawdown.</summary>
    /// <param name="periodsPerYear">252 for trading days, 12 for months.</param>
    /// <returns>NaN for a series that never fell.</returns>
    public double Calmar(double periodsPerYear) => Maximum > 0
        ? (Math.Pow(_values[^1] / _values[0], periodsPerYear / (_values.Length - 1)) - 1) / Maximum
        : double.NaN;

    /// <summary>Conditional drawdown at risk (Chekhlov, Uryasev and Zabarankin 2005): mean of the depths that are no less than their quantile (linear between two depths).</summary>
    /// <param name="level">0 to below 1, for example 0.95.</param>
    public double ConditionalAtRisk(double level)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, 1);
        var quantile = Statistics.QuantileCustom(_depths, level, QuantileDefinition.R7);
        return _depths.Where(depth => depth >= quantile).Average();
    }
}
