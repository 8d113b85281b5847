namespace MLOps.Models.Classical.Garch;

/// <summary>The conditional variance at one time with its derivatives by every parameter of the model, reused from step to step.</summary>
internal sealed class VarianceState(int parameters)
{
    /// <summary>Conditional variance h, in squared units of the series.</summary>
    public double Variance { get; set; }

    /// <summary>∂h/∂θᵢ.</summary>
    public double[] Gradient { get; } = new double[parameters];

    /// <summary>∂²h/∂θᵢ∂θⱼ, row-major and symmetric.</summary>
    public double[] Hessian { get; } = new double[parameters * parameters];
}
