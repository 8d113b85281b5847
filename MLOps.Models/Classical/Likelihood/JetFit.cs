namespace MLOps.Models.Classical.Likelihood;

/// <param name="Point">The estimates.</param>
/// <param name="Errors">Standard errors from the inverse negative Hessian; NaN for a parameter that was held or ends at a bound, and where the Hessian is not definite.</param>
/// <param name="AtBound">Numbers of the parameters that end at a bound.</param>
internal sealed record JetFit(double[] Point, double[] Errors, double LogLikelihood, IReadOnlyList<int> AtBound, double Slope, int Iterations);
