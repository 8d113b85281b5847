using MathNet.Numerics;

namespace MLOps.Models.Classical.Garch;

/// <summary>Student t with ν degrees of freedom, scaled to variance 1 (ν > 2): log density C(ν) − ½ ln h − (ν+1)/2 · ln(1 + q), q = e²/(h(ν−2)).</summary>
internal sealed class StudentDensity : InnovationDensity
{
    private double _nu;
    private double _excess;
    private double _constant;
    private double _constantSlope;
    private double _constantCurvature;

    public override string Name => "student-t";

    public override bool HasShape => true;

    /// <remarks>At 500 degrees of freedom the density is the normal for every practical purpose.</remarks>
    public override (double Lower, double Upper, double Start) Shape => (2.05, 500, 6);

    public override void SetShape(double nu)
    {
        _nu = nu;
        _excess = nu - 2;
        _constant = SpecialFunctions.GammaLn((nu + 1) / 2) - SpecialFunctions.GammaLn(nu / 2) - (0.5 * Math.Log(Math.PI * _excess));
        _constantSlope = 0.5 * (SpecialFunctions.DiGamma((nu + 1) / 2) - SpecialFunctions.DiGamma(nu / 2) - (1 / _excess));
        _constantCurvature = (0.25 * (Trigamma.Of((nu + 1) / 2) - Trigamma.Of(nu / 2))) + (0.5 / (_excess * _excess));
    }

    public override double Log(double residual, double variance) =>
        _constant - (0.5 * Math.Log(variance)) - (0.5 * (_nu + 1) * Math.Log(1 + (residual * residual / (variance * _excess))));

    public override void Differentiate(double residual, double variance, ref DensityDerivatives derivatives)
    {
        var (e, h) = (residual, variance);
        var q = e * e / (h * _excess);
        var weight = 1 / (1 + q);
        var qE = 2 * e / (h * _excess);
        var qH = -q / h;
        var qNu = -q / _excess;

        // F(q, ν) = −(ν+1)/2 · ln(1+q), then the chain rule.
        var f = -0.5 * (_nu + 1) * weight;
        var fQ = -f * weight;
        var fNu = -0.5 * weight;

        derivatives.E = f * qE;
        derivatives.H = (-0.5 / h) + (f * qH);
        derivatives.Nu = _constantSlope - (0.5 * Math.Log(1 + q)) + (f * qNu);
        derivatives.EE = (fQ * qE * qE) + (f * 2 / (h * _excess));
        derivatives.EH = (fQ * qE * qH) - (f * qE / h);
        derivatives.HH = (0.5 / (h * h)) + (fQ * qH * qH) + (f * 2 * q / (h * h));
        derivatives.ENu = (fQ * qE * qNu) + (fNu * qE) - (f * qE / _excess);
        derivatives.HNu = (fQ * qH * qNu) + (fNu * qH) + (f * q / (h * _excess));
        derivatives.NuNu = _constantCurvature + (2 * fNu * qNu) + (fQ * qNu * qNu) + (f * 2 * q / (_excess * _excess));
    }
}
