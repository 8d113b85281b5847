namespace MLOps.Models.Classical.Garch;

/// <summary>Three estimates of the estimates' standard errors, in the order of the parameters; NaN for a parameter at a bound, where the asymptotics do not hold.</summary>
/// <param name="Hessian">From the inverse negative Hessian.</param>
/// <param name="OuterProducts">From the inverse sum of the scores' outer products (OPG, BHHH).</param>
/// <param name="Robust">Quasi-maximum likelihood: H⁻¹·OPG·H⁻¹ (Bollerslev and Wooldridge 1992); the ones to trust when the innovations are not of the assumed distribution.</param>
internal sealed record StandardErrors(double[] Hessian, double[] OuterProducts, double[] Robust);
