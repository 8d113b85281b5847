using MathNet.Numerics.LinearAlgebra;
using MLOps.Models.Catalog;

namespace MLOps.Models.Classical.Linear;

/// <summary>Least squares with a penalty on the squared coefficients of the features in standard deviations; the intercept is free.</summary>
/// <param name="Coefficients">One a feature, in the features' own units.</param>
/// <param name="RobustErrors">White's standard errors of the coefficients (no correction for their number), conditional on the penalty.</param>
internal sealed record RidgeRegression(double Intercept, double[] Coefficients, double[] RobustErrors)
{
    /// <param name="penalty">λ in mean squared error + λ·Σ(coefficient·deviation)²; 0: least squares.</param>
    /// <exception cref="ModelTrainingException">A feature never varies, or the features depend on each other and there is no penalty.</exception>
    public static RidgeRegression Fit(IReadOnlyList<double[]> rows, double[] targets, double penalty)
    {
        var features = rows[0].Length;
        var means = Enumerable.Range(0, features).Select(f => rows.Average(row => row[f])).ToArray();
        var deviations = Enumerable.Range(0, features).Select(f => Math.Sqrt(rows.Average(row => Math.Pow(row[f] - means[f], 2)))).ToArray();
        if (Array.Exists(deviations, deviation => !(deviation > 0)))
        {
            throw new ModelTrainingException("A feature has the same value in every row, so that nothing can be learnt from it.");
        }

        var mean = targets.Average();
        var design = Matrix<double>.Build.Dense(rows.Count, features, (i, f) => (rows[i][f] - means[f]) / deviations[f]);
        var centred = Vector<double>.Build.Dense(targets.Length, i => targets[i] - mean);
        var inverse = Inverse(design, penalty);
        var scaled = inverse * design.TransposeThisAndMultiply(centred);
        var residuals = centred - (design * scaled);
        var scores = Matrix<double>.Build.Dense(rows.Count, features, (i, f) => design[i, f] * residuals[i]);
        var covariance = inverse * scores.TransposeThisAndMultiply(scores) * inverse;
        double[] coefficients = [.. scaled.Select((value, f) => value / deviations[f])];
        return new RidgeRegression(
            mean - coefficients.Zip(means, (value, at) => value * at).Sum(),
            coefficients,
            [.. covariance.Diagonal().Select((variance, f) => Math.Sqrt(variance) / deviations[f])]);
    }

    public double Predict(ReadOnlySpan<double> features)
    {
        var sum = Intercept;
        for (var f = 0; f < features.Length; f++)
        {
            sum += Coefficients[f] * features[f];
        }

        return sum;
    }

    private static Matrix<double> Inverse(Matrix<double> design, double penalty)
    {
        var gram = design.TransposeThisAndMultiply(design) + Matrix<double>.Build.DenseDiagonal(design.ColumnCount, design.ColumnCount, penalty * design.RowCount);
        return gram.ConditionNumber() < 1e12
            ? gram.Inverse()
            : throw new ModelTrainingException("The features depend on each other, so that least squares has no one answer; give a penalty.");
    }
}
