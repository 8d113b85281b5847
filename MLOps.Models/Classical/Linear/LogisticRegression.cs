using MathNet.Numerics.LinearAlgebra;
using MLOps.Models.Catalog;

namespace MLOps.Models.Classical.Linear;

/// <summary>Multinomial logistic regression with a ridge penalty on all but the intercepts; the last class is the one that the others are held against. Newton's method, so the fit needs no seed.</summary>
/// <param name="Coefficients">One row a class but the last: the intercept, then one a feature.</param>
internal sealed record LogisticRegression(double[][] Coefficients)
{
    private const int MaximumIterations = 100;
    private const int MaximumHalvings = 40;
    private const double Tolerance = 1e-9;

    /// <param name="rows">Features on comparable scales, without a column for the intercept.</param>
    /// <param name="labels">0 to <paramref name="classes"/> − 1.</param>
    /// <param name="penalty">Weight of half the squared coefficients beside the sum of the rows' log-losses; above 0 it keeps separable classes finite.</param>
    /// <param name="onIteration">Hears the iteration and the penalised mean log-loss.</param>
    /// <exception cref="ModelTrainingException">The fit did not converge.</exception>
    public static LogisticRegression Fit(IReadOnlyList<double[]> rows, int[] labels, double[] weights, int classes, double penalty, Action<int, double>? onIteration = null)
    {
        var design = Matrix<double>.Build.Dense(rows.Count, rows[0].Length + 1, (i, j) => j == 0 ? 1 : rows[i][j - 1]);
        var coefficients = Matrix<double>.Build.Dense(classes - 1, design.ColumnCount);
        var loss = Loss(design, labels, weights, coefficients, penalty);
        for (var iteration = 1; iteration <= MaximumIterations; iteration++)
        {
            var (gradient, hessian) = Derivatives(design, labels, weights, coefficients, penalty);
            var step = hessian.Cholesky().Solve(gradient);
            var decrement = gradient.DotProduct(step);
            (coefficients, loss) = Descend(design, labels, weights, coefficients, step, loss, penalty);
            onIteration?.Invoke(iteration, loss / weights.Sum());
            if (decrement <= Tolerance * Math.Max(1, loss))
            {
                return new LogisticRegression([.. coefficients.EnumerateRows().Select(row => row.ToArray())]);
            }
        }

        throw new ModelTrainingException($"The logistic regression did not converge in {MaximumIterations} iterations: its features may lie on very different scales, or the penalty {penalty} is too small for them.");
    }

    /// <summary>Class probabilities of one row.</summary>
    public double[] Probabilities(ReadOnlySpan<double> features)
    {
        var scores = new double[Coefficients.Length + 1];
        for (var k = 0; k < Coefficients.Length; k++)
        {
            scores[k] = Coefficients[k][0];
            for (var j = 0; j < features.Length; j++)
            {
                scores[k] += Coefficients[k][j + 1] * features[j];
            }
        }

        return Softmax(scores);
    }

    private static double[] Softmax(double[] scores)
    {
        var highest = scores.Max();
        var terms = Array.ConvertAll(scores, score => Math.Exp(score - highest));
        var sum = terms.Sum();
        return Array.ConvertAll(terms, term => term / sum);
    }

    /// <summary>Halves the Newton step until the loss falls: far from the minimum a whole step may miss it.</summary>
    private static (Matrix<double> Coefficients, double Loss) Descend(Matrix<double> design, int[] labels, double[] weights, Matrix<double> from, Vector<double> step, double loss, double penalty)
    {
        var direction = Matrix<double>.Build.Dense(from.RowCount, from.ColumnCount, (k, j) => step[(k * from.ColumnCount) + j]);
        for (var halving = 0; halving < MaximumHalvings; halving++)
        {
            var candidate = from - (direction * Math.Pow(0.5, halving));
            var candidateLoss = Loss(design, labels, weights, candidate, penalty);
            if (candidateLoss <= loss)
            {
                return (candidate, candidateLoss);
            }
        }

        return (from, loss);
    }

    private static double Loss(Matrix<double> design, int[] labels, double[] weights, Matrix<double> coefficients, double penalty)
    {
        var scores = design * coefficients.Transpose();
        var sum = 0.5 * penalty * coefficients.EnumerateColumns().Skip(1).Sum(column => column.DotProduct(column));
        for (var i = 0; i < labels.Length; i++)
        {
            sum -= weights[i] * Math.Log(Math.Max(RowProbabilities(scores, i)[labels[i]], double.Epsilon));
        }

        return sum;
    }

    private static (Vector<double> Gradient, Matrix<double> Hessian) Derivatives(Matrix<double> design, int[] labels, double[] weights, Matrix<double> coefficients, double penalty)
    {
        var (classes, width) = (coefficients.RowCount, design.ColumnCount);
        var probabilities = ProbabilityTable(design * coefficients.Transpose());
        var gradient = Vector<double>.Build.Dense(classes * width);
        var hessian = Matrix<double>.Build.Dense(classes * width, classes * width);
        for (var k = 0; k < classes; k++)
        {
            var residual = Vector<double>.Build.Dense(labels.Length, i => weights[i] * (probabilities[i][k] - (labels[i] == k ? 1 : 0)));
            var own = coefficients.Row(k) * penalty;
            own[0] = 0;
            gradient.SetSubVector(k * width, width, design.TransposeThisAndMultiply(residual) + own);
            for (var other = 0; other < classes; other++)
            {
                var curvature = Vector<double>.Build.Dense(labels.Length, i => weights[i] * probabilities[i][k] * ((k == other ? 1 : 0) - probabilities[i][other]));
                var block = design.TransposeThisAndMultiply(Matrix<double>.Build.Dense(design.RowCount, width, (i, j) => curvature[i] * design[i, j]));
                hessian.SetSubMatrix(k * width, other * width, k == other ? block + Ridge(width, penalty) : block);
            }
        }

        return (gradient, hessian);
    }

    private static Matrix<double> Ridge(int width, double penalty) => Matrix<double>.Build.DenseDiagonal(width, width, j => j == 0 ? 1e-10 : penalty + 1e-10);

    private static double[][] ProbabilityTable(Matrix<double> scores) => [.. Enumerable.Range(0, scores.RowCount).Select(i => RowProbabilities(scores, i))];

    private static double[] RowProbabilities(Matrix<double> scores, int row)
    {
        var all = new double[scores.ColumnCount + 1];
        for (var k = 0; k < scores.ColumnCount; k++)
        {
            all[k] = scores[row, k];
        }

        return Softmax(all);
    }
}
