namespace MLOps.Models.Classical.Garch;

/// <summary>First and second derivatives of one observation's log density by the residual e, the variance h and the shape ν.</summary>
internal struct DensityDerivatives
{
    public double E;
    public double H;
    public double Nu;
    public double EE;
    public double EH;
    public double HH;
    public double ENu;
    public double HNu;
    public double NuNu;
}
