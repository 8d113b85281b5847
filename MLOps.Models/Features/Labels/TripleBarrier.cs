using MLOps.Models.Evaluation;

namespace MLOps.Models.Features.Labels;

/// <summary>Labels an event by the first of three barriers that the closes after it meet: a gain, a loss, or a number of rows. López de Prado, Advances in Financial Machine Learning (2018), chapter 3.</summary>
/// <remarks>A barrier is met by a close at or beyond it. The width is a multiple of the volatility known at the event, so that no label's barriers know its future.</remarks>
public sealed class TripleBarrier
{
    private readonly double _gain;
    private readonly double _loss;
    private readonly int _horizon;

    /// <param name="gain">Distance of the upper barrier in daily volatilities; 0: none.</param>
    /// <param name="loss">Distance of the lower barrier in daily volatilities; 0: none.</param>
    /// <param name="horizon">Rows after which the label ends in any case.</param>
    public TripleBarrier(double gain, double loss, int horizon)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(gain);
        ArgumentOutOfRangeException.ThrowIfNegative(loss);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        (_gain, _loss, _horizon) = (gain, loss, horizon);
    }

    /// <summary>One label an event, in the events' order.</summary>
    /// <param name="volatility">Daily volatility as a fraction, one a row, as <see cref="EwmVolatility"/> gives it.</param>
    /// <param name="events">Rows of the events. One without a volatility (NaN) or without a row after it is refused.</param>
    public TripleBarrierLabel[] Label(double[] closes, double[] volatility, IEnumerable<int> events)
    {
        if (volatility.Length != closes.Length)
        {
            throw new ArgumentException($"There are {volatility.Length} volatilities for {closes.Length} closes; give one a row.", nameof(volatility));
        }

        return [.. events.Select(row => Label(closes, volatility[Checked(row, closes, volatility)], row))];
    }

    private TripleBarrierLabel Label(double[] closes, double volatility, int row)
    {
        var limit = Math.Min(row + _horizon, closes.Length - 1);
        for (var t = row + 1; t <= limit; t++)
        {
            var gained = (closes[t] / closes[row]) - 1;
            if (_gain > 0 && gained >= _gain * volatility)
            {
                return new TripleBarrierLabel(new LabelSpan(row, t), 1, gained, true);
            }

            if (_loss > 0 && gained <= -_loss * volatility)
            {
                return new TripleBarrierLabel(new LabelSpan(row, t), -1, gained, true);
            }
        }

        return new TripleBarrierLabel(new LabelSpan(row, limit), 0, (closes[limit] / closes[row]) - 1, limit == row + _horizon);
    }

    private static int Checked(int row, double[] closes, double[] volatility) =>
        row >= 0 && row < closes.Length - 1 && !double.IsNaN(volatility[row])
            ? row
            : throw new ArgumentOutOfRangeException(nameof(row), row, $"An event needs a volatility and a row after it; there are {closes.Length} rows.");
}
