namespace MLOps.Models.Classical.Hawkes;

/// <param name="Errors">Standard errors by <see cref="Names"/> from the Hessian; those of μ and β by the delta method.</param>
internal sealed record HawkesFit(HawkesProcess Process, double[] Errors, double LogLikelihood, IReadOnlyList<string> AtBound, int Iterations)
{
    public static IReadOnlyList<string> Names { get; } = ["mu", "branching", "beta"];

    public double[] Estimates => [Process.Mu, Process.Branching, Process.Beta];
}
