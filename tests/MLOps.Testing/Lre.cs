namespace MLOps.Testing;

/// <summary>Log relative error: about the number of significant digits that agree.</summary>
public static class Lre
{
    /// <returns>−log10(|x−ref|/|ref|); −log10|x| when ref is 0; 16 when equal.</returns>
    public static double Of(double value, double reference)
    {
        var error = Math.Abs(value - reference);
        return error == 0 ? 16 : Math.Min(16, -Math.Log10(reference == 0 ? error : error / Math.Abs(reference)));
    }
}
