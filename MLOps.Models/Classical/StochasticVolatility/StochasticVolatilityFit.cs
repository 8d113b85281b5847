namespace MLOps.Models.Classical.StochasticVolatility;

/// <param name="Level">μ, the mean of the log-variance.</param>
/// <param name="Errors">Standard errors by <see cref="Names"/> from the Hessian of the quasi-likelihood; those of ση² by the delta method.</param>
/// <param name="LogSquared">x of the fitted days.</param>
internal sealed record StochasticVolatilityFit(
    LogSquares Squares,
    double Phi,
    double Variance,
    double Level,
    double[] Errors,
    double LogLikelihood,
    IReadOnlyList<string> AtBound,
    int Iterations,
    double[] LogSquared)
{
    public static IReadOnlyList<string> Names { get; } = ["phi", "sigma2_eta", "mu"];

    public double[] Estimates => [Phi, Variance, Level];

    public FilteredVolatility Filter(IEnumerable<double> series) =>
        VolatilityFilter.Run([.. series.Select(Squares.At)], Phi, Variance, Level);
}
