using MathNet.Numerics.LinearAlgebra;

namespace MLOps.Models.Neural.Forecaster;

/// <summary>The heterogeneous autoregression (Corsi 2009) of log variances, each horizon regressed directly on yesterday's value and the means of 5 and 22 days: the linear forecast to beat, and where the network begins.</summary>
/// <param name="Coefficients">[horizon][intercept, day, week, month].</param>
internal sealed record LogHar(double[][] Coefficients)
{
    private const int Week = 5;
    private const int Month = 22;

    /// <summary>Least squares over every series and window.</summary>
    /// <param name="windows">Oldest value first, at least 22.</param>
    /// <param name="targets">The values after each.</param>
    public static LogHar Fit(IReadOnlyList<float[]> windows, IReadOnlyList<float[]> targets)
    {
        var regressors = Matrix<double>.Build.DenseOfRowArrays(windows.Select(Regressors));
        var answers = Matrix<double>.Build.DenseOfRowArrays(targets.Select(row => Array.ConvertAll(row, value => (double)value)));

        // The pseudo-inverse: a series that never moves makes the three regressors one.
        var coefficients = regressors.TransposeThisAndMultiply(regressors).PseudoInverse() * regressors.TransposeThisAndMultiply(answers);
        return new LogHar([.. coefficients.EnumerateColumns().Select(column => column.ToArray())]);
    }

    public double[] Forecast(float[] window)
    {
        var regressors = Regressors(window);
        return [.. Coefficients.Select(horizon => horizon.Zip(regressors, (coefficient, regressor) => coefficient * regressor).Sum())];
    }

    /// <summary>The same as weights of each of the window's values, [horizon · days] row-major, with the intercepts.</summary>
    public (float[] Weights, float[] Intercepts) OnWindow(int days)
    {
        var weights = new float[Coefficients.Length * days];
        for (var h = 0; h < Coefficients.Length; h++)
        {
            for (var back = 0; back < Month; back++)
            {
                var weight = (Coefficients[h][3] / Month) + (back < Week ? Coefficients[h][2] / Week : 0) + (back == 0 ? Coefficients[h][1] : 0);
                weights[(h * days) + days - 1 - back] = (float)weight;
            }
        }

        return (weights, [.. Coefficients.Select(horizon => (float)horizon[0])]);
    }

    private static double[] Regressors(float[] window) => [1, window[^1], Mean(window, Week), Mean(window, Month)];

    private static double Mean(float[] window, int days) => window.Skip(window.Length - days).Average(value => (double)value);
}
