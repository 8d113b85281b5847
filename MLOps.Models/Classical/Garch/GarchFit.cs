namespace MLOps.Models.Classical.Garch;

/// <summary>A fitted conditional-variance model, in the units of the series.</summary>
/// <param name="Theta">Estimates, named by <paramref name="Names"/>.</param>
/// <param name="AtBound">Names of the parameters whose estimate lies at a bound.</param>
/// <param name="GradientNorm">Largest slope of the log-likelihood at the estimate by a free parameter, for the series scaled to unit variance.</param>
/// <param name="Variances">h₁…h_T of the series that was fitted.</param>
/// <param name="NextVariance">Forecast for the day after.</param>
internal sealed record GarchFit(
    IReadOnlyList<string> Names,
    double[] Theta,
    StandardErrors Errors,
    double LogLikelihood,
    double Persistence,
    IReadOnlyList<string> AtBound,
    double GradientNorm,
    int Iterations,
    double[] Variances,
    double NextVariance);
