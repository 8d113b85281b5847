namespace MLOps.Models.Classical.Garch;

internal sealed class NormalDensity : InnovationDensity
{
    private static readonly double LogTwoPi = Math.Log(2 * Math.PI);

    public override string Name => "normal";

    public override bool HasShape => false;

    public override (double Lower, double Upper, double Start) Shape => default;

    public override void SetShape(double nu)
    {
        // The normal has no shape; every call has the same constants.
    }

    public override double Log(double residual, double variance) =>
        -0.5 * (LogTwoPi + Math.Log(variance) + (residual * residual / variance));

    public override void Differentiate(double residual, double variance, ref DensityDerivatives derivatives)
    {
        var inverse = 1 / variance;
        var square = residual * residual * inverse;
        derivatives.E = -residual * inverse;
        derivatives.H = 0.5 * inverse * (square - 1);
        derivatives.EE = -inverse;
        derivatives.EH = residual * inverse * inverse;
        derivatives.HH = inverse * inverse * (0.5 - square);
    }
}
