using MathNet.Numerics.LinearAlgebra;

namespace MLOps.Models.Neural.Embedding;

/// <summary>Principal components of flat windows: what every embedding is held against. Each score is divided by its standard deviation in the rows it was fitted on.</summary>
internal sealed class PrincipalComponents
{
    private readonly Vector<double> _mean;
    private readonly Matrix<double> _directions;
    private readonly double[] _deviations;

    private PrincipalComponents(Vector<double> mean, Matrix<double> directions, double[] deviations)
    {
        _mean = mean;
        _directions = directions;
        _deviations = deviations;
    }

    /// <summary>Directions as columns, [width, components], the most telling last.</summary>
    public Matrix<double> Directions => _directions;

    public double[] Mean => _mean.ToArray();

    /// <summary>Standard deviation of each score in the rows it was fitted on.</summary>
    public IReadOnlyList<double> Deviations => _deviations;

    public static PrincipalComponents Fit(IReadOnlyList<double[]> rows, int components)
    {
        var values = Matrix<double>.Build.DenseOfRowArrays(rows);
        var mean = values.ColumnSums() / rows.Count;
        return Of(Centred(values, mean), mean, components);
    }

    /// <summary>Components for which each row counts the same however far it is from the mean: a crash's windows do not outweigh the calm years'.</summary>
    public static PrincipalComponents FitEvenly(IReadOnlyList<double[]> rows, int components)
    {
        var values = Matrix<double>.Build.DenseOfRowArrays(rows);
        var mean = values.ColumnSums() / rows.Count;
        var centred = Centred(values, mean);
        for (var i = 0; i < rows.Count; i++)
        {
            var row = centred.Row(i);
            centred.SetRow(i, row * Math.Sqrt(row.Count / ((row * row) + 1e-12)));
        }

        return Of(centred, mean, components);
    }

    /// <summary>The rows' scores, and what the components alone make of the rows.</summary>
    public (double[][] Scores, double[][] Reconstructions) Apply(IReadOnlyList<double[]> rows)
    {
        var scores = Centred(Matrix<double>.Build.DenseOfRowArrays(rows), _mean) * _directions;
        double[][] reconstructions = [.. scores.TransposeAndMultiply(_directions).EnumerateRows().Select(row => (row + _mean).ToArray())];
        return ([.. scores.EnumerateRows().Select(row => row.Select((score, j) => score / _deviations[j]).ToArray())], reconstructions);
    }

    private static PrincipalComponents Of(Matrix<double> centred, Vector<double> mean, int components)
    {
        var spectrum = (centred.TransposeThisAndMultiply(centred) / (centred.RowCount - 1)).Evd(Symmetricity.Symmetric);

        // Ascending: the largest are the last.
        var first = mean.Count - components;
        return new PrincipalComponents(
            mean,
            spectrum.EigenVectors.SubMatrix(0, mean.Count, first, components),
            [.. spectrum.EigenValues.Skip(first).Select(value => Math.Sqrt(Math.Max(1e-12, value.Real)))]);
    }

    private static Matrix<double> Centred(Matrix<double> values, Vector<double> mean)
    {
        var centred = values.Clone();
        for (var i = 0; i < centred.RowCount; i++)
        {
            centred.SetRow(i, centred.Row(i) - mean);
        }

        return centred;
    }
}
