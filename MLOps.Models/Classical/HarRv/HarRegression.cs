using MathNet.Numerics.LinearAlgebra;
using MLOps.Models.Catalog;

namespace MLOps.Models.Classical.HarRv;

/// <summary>Heterogeneous autoregression of daily variance (Corsi 2009): tomorrow's by ordinary least squares on a constant, today's, and the means of the last 5 and 22 days; in the log form all of it of logarithms.</summary>
/// <param name="Coefficients">Constant, daily, weekly, monthly.</param>
/// <param name="OlsErrors">Standard errors by s²(X'X)⁻¹, s² = SSR/(n−4).</param>
/// <param name="HacErrors">By Newey and West (1987): Bartlett weights, no correction for small samples.</param>
/// <param name="ResidualVariance">s².</param>
/// <param name="Smallest">Smallest variance that was fitted on: what no forecast goes below, for a line may cross 0.</param>
internal sealed record HarRegression(
    bool IsLog,
    double[] Coefficients,
    double[] OlsErrors,
    double[] HacErrors,
    double RSquared,
    double AdjustedRSquared,
    double ResidualVariance,
    double Smallest,
    int Observations)
{
    public const int Week = 5;
    public const int Month = 22;
    public const int MinimumDays = Month + 30;

    public static IReadOnlyList<string> Names { get; } = ["const", "daily", "weekly5", "monthly22"];

    /// <param name="variances">Positive.</param>
    /// <param name="lags">Of the Bartlett weights.</param>
    /// <exception cref="ModelTrainingException">Too few days, or the averages do not differ.</exception>
    public static HarRegression Fit(ReadOnlySpan<double> variances, bool isLog, int lags)
    {
        if (variances.Length < MinimumDays)
        {
            throw new ModelTrainingException($"There are variances of {variances.Length} days, but at least {MinimumDays} are needed.");
        }

        var count = variances.Length - Month;
        var (x, y) = (Matrix<double>.Build.Dense(count, Names.Count), Vector<double>.Build.Dense(count));
        for (var i = 0; i < count; i++)
        {
            x.SetRow(i, Row(variances[i..(i + Month)], isLog));
            y[i] = isLog ? Math.Log(variances[i + Month]) : variances[i + Month];
        }

        var qr = x.QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin);
        if (Enumerable.Range(0, Names.Count).Any(k => Math.Abs(qr.R[k, k]) < 1e-10 * qr.R.L2Norm()))
        {
            throw new ModelTrainingException("The daily, weekly and monthly means do not differ enough to tell their weights apart: is the series constant?");
        }

        var coefficients = qr.Solve(y);
        var residuals = y - (x * coefficients);
        var inverse = (qr.R.Transpose() * qr.R).Inverse();
        var squares = residuals.DotProduct(residuals);
        var total = y.Subtract(y.Average()).PointwisePower(2).Sum();
        var variance = squares / (count - Names.Count);
        return new HarRegression(
            isLog,
            [.. coefficients],
            Roots(inverse * variance),
            Roots(inverse * LongRun(x, residuals, lags) * inverse),
            1 - (squares / total),
            1 - (squares / total * (count - 1) / (count - Names.Count)),
            variance,
            Min(variances),
            count);
    }

    /// <summary>The line itself at the last 22 days: a variance in the level form, its logarithm in the log form.</summary>
    public double Line(ReadOnlySpan<double> month)
    {
        var row = Row(month, IsLog);
        return Coefficients.Zip(row, (weight, value) => weight * value).Sum();
    }

    /// <summary>Tomorrow's expected variance: the line, or in the log form exp(line + s²/2), never below the smallest that was seen.</summary>
    public double Forecast(ReadOnlySpan<double> month)
    {
        var line = Line(month);
        return Math.Max(Smallest, IsLog ? Math.Exp(line + (ResidualVariance / 2)) : line);
    }

    private static double[] Row(ReadOnlySpan<double> month, bool isLog)
    {
        double[] days = isLog ? [.. month.ToArray().Select(value => Math.Log(value))] : month.ToArray();
        return [1, days[^1], Mean(days.AsSpan(^Week..)), Mean(days)];
    }

    private static Matrix<double> LongRun(Matrix<double> x, Vector<double> residuals, int lags)
    {
        var scores = x.MapIndexed((i, _, value) => value * residuals[i]);
        var sum = scores.TransposeThisAndMultiply(scores);
        for (var lag = 1; lag <= lags; lag++)
        {
            var rows = scores.RowCount - lag;
            var product = scores.SubMatrix(lag, rows, 0, scores.ColumnCount).TransposeThisAndMultiply(scores.SubMatrix(0, rows, 0, scores.ColumnCount));
            sum += (product + product.Transpose()) * (1 - (lag / (lags + 1.0)));
        }

        return sum;
    }

    private static double[] Roots(Matrix<double> covariance) => [.. covariance.Diagonal().Select(variance => Math.Sqrt(variance))];

    private static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }

    private static double Min(ReadOnlySpan<double> values)
    {
        var least = values[0];
        foreach (var value in values)
        {
            least = Math.Min(least, value);
        }

        return least;
    }
}
