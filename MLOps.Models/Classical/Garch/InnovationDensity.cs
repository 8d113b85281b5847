namespace MLOps.Models.Classical.Garch;

/// <summary>Distribution of the standardised innovation z = e/√h: mean 0, variance 1.</summary>
internal abstract class InnovationDensity
{
    /// <summary>As hyper-parameters and files name it.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the density has a shape parameter ν (after the recursion's parameters in θ).</summary>
    public abstract bool HasShape { get; }

    /// <summary>Bounds and starting value of ν; meaningless without one.</summary>
    public abstract (double Lower, double Upper, double Start) Shape { get; }

    /// <summary>Tells the density the shape of the calls that follow, so that its constants are computed once.</summary>
    public abstract void SetShape(double nu);

    /// <summary>Log density of a residual e (not standardised) with variance h.</summary>
    public abstract double Log(double residual, double variance);

    public abstract void Differentiate(double residual, double variance, ref DensityDerivatives derivatives);
}
