namespace MLOps.Models.Classical.EnsembleRegime;

/// <summary>Bayes' rule with independent normal features in each class.</summary>
/// <param name="Priors">Share of each class, one case added to each.</param>
/// <param name="Means">[classes][features].</param>
/// <param name="Variances">[classes][features].</param>
internal sealed record NaiveBayes(double[] Priors, double[][] Means, double[][] Variances)
{
    /// <summary>For features that hardly vary in a class, and classes with a case or two.</summary>
    private const double LeastVariance = 0.01;

    public static NaiveBayes Fit(IReadOnlyList<double[]> rows, IReadOnlyList<int> classes, int count)
    {
        var features = rows[0].Length;
        var priors = new double[count];
        var (means, variances) = (new double[count][], new double[count][]);
        for (var k = 0; k < count; k++)
        {
            double[][] members = [.. rows.Where((_, i) => classes[i] == k)];
            priors[k] = (members.Length + 1.0) / (rows.Count + count);
            means[k] = [.. Enumerable.Range(0, features).Select(j => members.Select(row => row[j]).DefaultIfEmpty(0).Average())];
            variances[k] = [.. Enumerable.Range(0, features).Select(j => Math.Max(LeastVariance, members.Select(row => (row[j] - means[k][j]) * (row[j] - means[k][j])).DefaultIfEmpty(1).Average()))];
        }

        return new NaiveBayes(priors, means, variances);
    }

    public double[] Probabilities(double[] row)
    {
        double[] logarithms = [.. Priors.Select((prior, k) => Math.Log(prior) + row.Select((value, j) => LogDensity(value, Means[k][j], Variances[k][j])).Sum())];
        var largest = logarithms.Max();
        double[] weights = [.. logarithms.Select(logarithm => Math.Exp(logarithm - largest))];
        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }

    private static double LogDensity(double value, double mean, double variance) =>
        -0.5 * (Math.Log(2 * Math.PI * variance) + ((value - mean) * (value - mean) / variance));
}
