using MathNet.Numerics.LinearAlgebra;
using MLOps.Models.Catalog;
using MLOps.Models.Data;

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

    /// <inheritdoc cref="Fit(ReadOnlySpan{double}, IReadOnlyList{RowRange}, bool, int)"/>
    public static HarRegression Fit(ReadOnlySpan<double> variances, bool isLog, int lags) => Fit(variances, [new RowRange(0, variances.Length)], isLog, lags);

    /// <param name="variances">Positive.</param>
    /// <param name="pieces">Ranges of days without a gap between them; what of them is beyond the variances does not count. No mean, no answer and no lag of the errors reaches from one into another.</param>
    /// <param name="lags">Of the Bartlett weights.</param>
    /// <exception cref="ModelTrainingException">Too few days, or the averages do not differ.</exception>
    public static HarRegression Fit(ReadOnlySpan<double> variances, IReadOnlyList<RowRange> pieces, bool isLog, int lags)
    {
        var days = variances.Length;
        RowRange[] known = [.. pieces.Select(piece => piece with { To = Math.Min(piece.To, days) }).Where(piece => piece.Count > 0)];
        int[] answers = [.. known.SelectMany(piece => Enumerable.Range(piece.From + Month, Math.Max(0, piece.Count - Month)))];
        CheckCount(days, known.Length, answers.Length);
        var count = answers.Length;
        var (x, y) = (Matrix<double>.Build.Dense(count, Names.Count), Vector<double>.Build.Dense(count));
        for (var i = 0; i < count; i++)
        {
            x.SetRow(i, Row(variances[(answers[i] - Month)..answers[i]], isLog));
            y[i] = isLog ? Math.Log(variances[answers[i]]) : variances[answers[i]];
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
            Roots(inverse * LongRun(x, residuals, RowRange.Of(answers), lags) * inverse),
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

    private static void CheckCount(int days, int pieces, int observations)
    {
        if (observations >= MinimumDays - Month)
        {
            return;
        }

        throw new ModelTrainingException(pieces <= 1
            ? $"There are variances of {days} days, but at least {MinimumDays} are needed."
            : $"There are variances of {days} days in {pieces} pieces, of which {observations} have {Month} days of their piece before them, but at least {MinimumDays - Month} must.");
    }

    /// <param name="runs">Days that were fitted, as ranges without a gap: a row of the scores each, one after the other.</param>
    private static Matrix<double> LongRun(Matrix<double> x, Vector<double> residuals, IReadOnlyList<RowRange> runs, int lags)
    {
        var scores = x.MapIndexed((i, _, value) => value * residuals[i]);
        var (sum, begin) = (Matrix<double>.Build.Dense(x.ColumnCount, x.ColumnCount), 0);
        foreach (var run in runs)
        {
            sum += LongRun(scores.SubMatrix(begin, run.Count, 0, scores.ColumnCount), lags);
            begin += run.Count;
        }

        return sum;
    }

    private static Matrix<double> LongRun(Matrix<double> scores, int lags)
    {
        var sum = scores.TransposeThisAndMultiply(scores);
        for (var lag = 1; lag <= Math.Min(lags, scores.RowCount - 1); lag++)
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
