using System.Text.Json;
using MLOps.Models.Classical.Hmm;
using MLOps.Models.Features;
using MLOps.Models.Neural.Tcn;

namespace MLOps.Models.Classical.EnsembleRegime;

/// <summary>The members of the ensemble: four ways to say, at a day's close, which regime the next day will be of. All are fitted on the fit days alone.</summary>
/// <param name="Scaler">Of the daily features.</param>
/// <param name="Markov">[today][tomorrow], from counts of the fit days' regimes, one added to each.</param>
/// <param name="Logistic">Softmax regression on the newest day's features: for each regime after the first an intercept and a coefficient a feature.</param>
/// <param name="Bayes">Naive Bayes on the same: a normal distribution a regime and feature.</param>
internal sealed record RegimeMembers(FeatureScaler Scaler, double[][] Markov, double[] Logistic, NaiveBayes Bayes)
{
    public const int Regimes = 3;
    private const double Ridge = 1e-3;
    private const double CoefficientBound = 50;
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true };

    /// <summary>In the order of the served input.</summary>
    public static IReadOnlyList<string> Names { get; } = ["hmm", "markov", "logistic", "naive_bayes"];

    /// <param name="days">Fit days: those whose next day's regime is known too.</param>
    public static RegimeMembers Fit(IReadOnlyList<double[]> rows, int[] states, int days, CancellationToken cancellationToken)
    {
        var scaler = FeatureScaler.Fit([.. rows.Take(days)]);
        double[][] scaled = [.. rows.Take(days).Select(row => Scaled(row, scaler))];
        int[] next = [.. states.Skip(1).Take(days)];
        var coefficients = (Regimes - 1) * (rows[0].Length + 1);
        var logistic = ChoiceModel.Fit(
            [.. scaled.Select(Alternatives)],
            next,
            new double[coefficients],
            [.. Enumerable.Repeat((-CoefficientBound, CoefficientBound), coefficients)],
            Ridge,
            cancellationToken);
        return new RegimeMembers(scaler, Transitions(states, days), logistic, NaiveBayes.Fit(scaled, next, Regimes));
    }

    /// <summary>Each member's probabilities of the next day's regime, [members][3].</summary>
    public double[][] Predict(GaussianHmm hmm, double[] filtered, int state, double[] row)
    {
        var scaled = Scaled(row, Scaler);
        return
        [
            [.. Enumerable.Range(0, Regimes).Select(k => Enumerable.Range(0, Regimes).Sum(j => filtered[j] * hmm.Transition[j][k]))],
            Markov[state],
            ChoiceModel.Probabilities(Alternatives(scaled), Logistic),
            Bayes.Probabilities(scaled),
        ];
    }

    /// <summary>Predictions of the days from <paramref name="first"/> to before <paramref name="end"/>, [days][members][3].</summary>
    public double[][][] Predict(RegimeLabels labels, IReadOnlyList<double[]> rows, int first, int end) =>
        [.. Enumerable.Range(first, end - first).Select(day => Predict(labels.Hmm, labels.Probabilities[day], labels.States[day], rows[day]))];

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    public static RegimeMembers Read(byte[] content) => JsonSerializer.Deserialize<RegimeMembers>(content, Options)!;

    private static double[] Scaled(double[] row, FeatureScaler scaler) =>
        [.. row.Select((value, j) => (value - scaler.Means[j]) / scaler.Deviations[j])];

    /// <summary>The regressors of a softmax regression: each regime after the first has a block of its own.</summary>
    private static double[][] Alternatives(double[] scaled)
    {
        var block = scaled.Length + 1;
        var alternatives = new double[Regimes][];
        for (var k = 0; k < Regimes; k++)
        {
            alternatives[k] = new double[(Regimes - 1) * block];
            if (k > 0)
            {
                alternatives[k][(k - 1) * block] = 1;
                scaled.CopyTo(alternatives[k], ((k - 1) * block) + 1);
            }
        }

        return alternatives;
    }

    private static double[][] Transitions(int[] states, int days)
    {
        double[][] counts = [.. Enumerable.Range(0, Regimes).Select(_ => Enumerable.Repeat(1.0, Regimes).ToArray())];
        for (var day = 0; day < days; day++)
        {
            counts[states[day]][states[day + 1]]++;
        }

        return [.. counts.Select(row => Array.ConvertAll(row, count => count / row.Sum()))];
    }
}
