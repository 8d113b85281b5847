using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.Garch;

/// <summary>How a conditional variance follows from yesterday's residual and variance. Another member of the family (GJR, EGARCH) is another subclass.</summary>
/// <remarks>The parameter vector of the whole model is (μ, this recursion's parameters, the innovation's parameters); the residual is e = y − μ, so ∂e/∂μ = −1.</remarks>
internal abstract class VarianceRecursion
{
    /// <summary>Names of the recursion's own parameters, in order.</summary>
    public abstract IReadOnlyList<string> Parameters { get; }

    /// <summary>Bounds of each parameter for a series of unit variance.</summary>
    public abstract IReadOnlyList<(double Lower, double Upper)> Bounds { get; }

    /// <summary>Points to try before optimising, for a series of unit variance.</summary>
    public abstract IEnumerable<double[]> StartingPoints { get; }

    /// <summary>Power of the series' unit in each parameter: 2 for a variance, 0 for a pure number.</summary>
    public abstract IReadOnlyList<int> UnitPowers { get; }

    /// <summary>The variance of the first observation from the presample convention e₀² = h₀ = s, where s is the mean squared residual.</summary>
    /// <param name="presample">s.</param>
    /// <param name="slope">∂s/∂μ; its second derivative is 2.</param>
    /// <param name="derivatives">0: value only; 1: gradient; 2: Hessian too.</param>
    public abstract void Start(ReadOnlySpan<double> theta, double presample, double slope, int derivatives, VarianceState state);

    /// <summary>Moves the state from the variance of time t to that of t+1.</summary>
    /// <param name="residual">e of time t.</param>
    public abstract void Step(ReadOnlySpan<double> theta, double residual, int derivatives, VarianceState state);

    /// <summary>How long a shock lasts: the factor by which a variance forecast's distance from its level shrinks each step; ≥ 1 where it does not shrink.</summary>
    public abstract double Persistence(ReadOnlySpan<double> theta);

    /// <summary>Parameters that the likelihood cannot tell once the given fit has others at a bound, with the value to hold them at.</summary>
    public abstract IEnumerable<(int Index, double Value)> Unidentified(ReadOnlySpan<double> theta);

    /// <summary>Writes the step into a graph and returns the name of the next variance.</summary>
    public abstract string WriteStep(OnnxGraphBuilder graph, ReadOnlySpan<double> theta, string residual, string variance);
}
