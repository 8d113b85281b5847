using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.Garch;

/// <summary>How a conditional variance follows from yesterday's residual and variance. Another member of the family is another subclass.</summary>
/// <remarks>The parameter vector of the whole model is (μ, this recursion's parameters, the innovation's parameters); the residual is e = y − μ, so ∂e/∂μ = −1.</remarks>
internal abstract class VarianceRecursion
{
    /// <summary>Names of the recursion's own parameters, in order.</summary>
    public abstract IReadOnlyList<string> Parameters { get; }

    /// <summary>The same recursion in the parameters in which it is fitted, whose bounds are a box; they are named as those that they become.</summary>
    public virtual VarianceRecursion Fitted => this;

    /// <summary>Makes the parameters of <see cref="Fitted"/> those of this recursion.</summary>
    public virtual void Report(Span<double> parameters)
    {
        // Fitted as they are reported.
    }

    /// <summary>Bounds of each parameter for a series of unit variance.</summary>
    public abstract IReadOnlyList<(double Lower, double Upper)> Bounds { get; }

    /// <summary>Points to try before optimising, for a series of unit variance.</summary>
    public abstract IEnumerable<double[]> StartingPoints { get; }

    /// <summary>Whether the likelihood has a corner in μ at every observation, as |y − μ| has.</summary>
    public virtual bool HasCorners => false;

    /// <summary>The recursion as one line, for the metadata of what is exported.</summary>
    public abstract string Formula { get; }

    /// <summary>What stands for the day before the first, as one line.</summary>
    public abstract string PresampleRule { get; }

    /// <summary>Which values the fit may take, as one line.</summary>
    public abstract string Constraints { get; }

    /// <summary>Writes the recursion's own parameters for the same series in units <paramref name="unit"/> times as small.</summary>
    /// <param name="parameters">Of a series y; afterwards of unit·y.</param>
    public abstract void Rescale(Span<double> parameters, double unit);

    /// <summary>The variance of the first observation from the presample convention.</summary>
    /// <param name="derivatives">0: value only; 1: gradient; 2: Hessian too.</param>
    public abstract void Start(ReadOnlySpan<double> theta, in Presample presample, int derivatives, VarianceState state);

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
