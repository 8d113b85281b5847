namespace MLOps.Models.Features.Technical;

/// <summary>Measures the dominant cycle of a price bar by bar with Ehlers' homodyne discriminator (Rocket Science for Traders, 2001, chapter 7). What lies before the first bar counts as 0.</summary>
internal sealed class HilbertCycle(int length)
{
    private readonly double[] _price = new double[length];
    private readonly double[] _detrended = new double[length];
    private readonly double[] _quadrature = new double[length];
    private readonly double[] _inPhase = new double[length];
    private double _previousI;
    private double _previousQ;
    private double _real;
    private double _imaginary;
    private double _period;
    private double _smoothPeriod;

    /// <summary>Takes the smoothed price of the next bar and gives the smoothed period.</summary>
    public double Advance(int t, double price)
    {
        _price[t] = price;
        var gain = (0.075 * _period) + 0.54;
        _detrended[t] = Transform(_price, t) * gain;
        _quadrature[t] = Transform(_detrended, t) * gain;
        _inPhase[t] = At(_detrended, t - 3);

        var i = (0.2 * (_inPhase[t] - (Transform(_quadrature, t) * gain))) + (0.8 * _previousI);
        var q = (0.2 * (_quadrature[t] + (Transform(_inPhase, t) * gain))) + (0.8 * _previousQ);
        _real = (0.2 * ((i * _previousI) + (q * _previousQ))) + (0.8 * _real);
        _imaginary = (0.2 * ((i * _previousQ) - (q * _previousI))) + (0.8 * _imaginary);
        (_previousI, _previousQ) = (i, q);

        _period = (0.2 * Bounded(Measured())) + (0.8 * _period);
        _smoothPeriod = (0.33 * _period) + (0.67 * _smoothPeriod);
        return _smoothPeriod;
    }

    private double Measured() => _imaginary != 0 && _real != 0 ? 2 * Math.PI / Math.Atan(_imaginary / _real) : _period;

    /// <summary>A cycle changes slowly, and those outside 6 to 50 bars cannot be told from trend or noise.</summary>
    private double Bounded(double period) => Math.Clamp(Math.Max(Math.Min(period, 1.5 * _period), 0.67 * _period), 6, 50);

    private static double Transform(double[] values, int t) =>
        (0.0962 * (values[t] - At(values, t - 6))) + (0.5769 * (At(values, t - 2) - At(values, t - 4)));

    private static double At(double[] values, int t) => t < 0 ? 0 : values[t];
}
