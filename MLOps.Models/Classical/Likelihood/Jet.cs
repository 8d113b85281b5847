namespace MLOps.Models.Classical.Likelihood;

/// <summary>A number with its first and second derivatives by up to three parameters, so that a likelihood written once in plain arithmetic has an exact gradient and Hessian (forward-mode differentiation).</summary>
/// <remarks>Parameters are counted 0, 1, 2; <c>D02</c> is the second derivative by the first and the last.</remarks>
internal readonly record struct Jet(double Value, double D0, double D1, double D2, double D00, double D01, double D02, double D11, double D12, double D22)
{
    public static implicit operator Jet(double constant) => new(constant, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>The parameter of that number itself.</summary>
    public static Jet Parameter(int number, double value) => new(value, number == 0 ? 1 : 0, number == 1 ? 1 : 0, number == 2 ? 1 : 0, 0, 0, 0, 0, 0, 0);

    public static Jet operator +(in Jet a, in Jet b) => new(
        a.Value + b.Value, a.D0 + b.D0, a.D1 + b.D1, a.D2 + b.D2, a.D00 + b.D00, a.D01 + b.D01, a.D02 + b.D02, a.D11 + b.D11, a.D12 + b.D12, a.D22 + b.D22);

    public static Jet operator -(in Jet a, in Jet b) => new(
        a.Value - b.Value, a.D0 - b.D0, a.D1 - b.D1, a.D2 - b.D2, a.D00 - b.D00, a.D01 - b.D01, a.D02 - b.D02, a.D11 - b.D11, a.D12 - b.D12, a.D22 - b.D22);

    public static Jet operator -(in Jet a) => a * -1;

    public static Jet operator *(in Jet a, double c) => new(
        a.Value * c, a.D0 * c, a.D1 * c, a.D2 * c, a.D00 * c, a.D01 * c, a.D02 * c, a.D11 * c, a.D12 * c, a.D22 * c);

    public static Jet operator *(double c, in Jet a) => a * c;

    public static Jet operator *(in Jet a, in Jet b) => new(
        a.Value * b.Value,
        (a.D0 * b.Value) + (a.Value * b.D0),
        (a.D1 * b.Value) + (a.Value * b.D1),
        (a.D2 * b.Value) + (a.Value * b.D2),
        (a.D00 * b.Value) + (2 * a.D0 * b.D0) + (a.Value * b.D00),
        (a.D01 * b.Value) + (a.D0 * b.D1) + (a.D1 * b.D0) + (a.Value * b.D01),
        (a.D02 * b.Value) + (a.D0 * b.D2) + (a.D2 * b.D0) + (a.Value * b.D02),
        (a.D11 * b.Value) + (2 * a.D1 * b.D1) + (a.Value * b.D11),
        (a.D12 * b.Value) + (a.D1 * b.D2) + (a.D2 * b.D1) + (a.Value * b.D12),
        (a.D22 * b.Value) + (2 * a.D2 * b.D2) + (a.Value * b.D22));

    public static Jet operator /(in Jet a, in Jet b) => a * Inverse(b);

    public static Jet Exp(in Jet a)
    {
        var value = Math.Exp(a.Value);
        return a.Chain(value, value, value);
    }

    public static Jet Log(in Jet a)
    {
        var inverse = 1 / a.Value;
        return a.Chain(Math.Log(a.Value), inverse, -inverse * inverse);
    }

    private static Jet Inverse(in Jet a)
    {
        var inverse = 1 / a.Value;
        return a.Chain(inverse, -inverse * inverse, 2 * inverse * inverse * inverse);
    }

    /// <summary>f of this, by f's value and its first and second derivative here.</summary>
    private Jet Chain(double value, double first, double second) => new(
        value,
        first * D0,
        first * D1,
        first * D2,
        (first * D00) + (second * D0 * D0),
        (first * D01) + (second * D0 * D1),
        (first * D02) + (second * D0 * D2),
        (first * D11) + (second * D1 * D1),
        (first * D12) + (second * D1 * D2),
        (first * D22) + (second * D2 * D2));
}
