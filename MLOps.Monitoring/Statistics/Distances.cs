namespace MLOps.Monitoring.Statistics;

/// <summary>Distances between two samples on the real line, by their empirical distribution functions.</summary>
public static class Distances
{
    /// <summary>Wasserstein-1 (earth mover's) distance ∫|F₁ − F₂|, in the units of the data.</summary>
    public static double Wasserstein1(ReadOnlySpan<double> first, ReadOnlySpan<double> second) =>
        Integrate(first, second, static gap => Math.Abs(gap));

    /// <summary>Wasserstein-1 divided by the reference's standard deviation (divisor n), hence without units.</summary>
    /// <exception cref="ArgumentException">The reference is constant.</exception>
    public static double NormalisedWasserstein1(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        var mean = 0.0;
        foreach (var value in reference)
        {
            mean += value;
        }

        mean /= reference.Length;
        var variance = 0.0;
        foreach (var value in reference)
        {
            variance += (value - mean) * (value - mean);
        }

        variance /= reference.Length;
        return variance > 0
            ? Wasserstein1(reference, current) / Math.Sqrt(variance)
            : throw new ArgumentException("The reference is constant: its standard deviation is 0 and nothing can be divided by it. Use Wasserstein1.", nameof(reference));
    }

    /// <summary>Energy distance √(2∫(F₁ − F₂)²), Székely's with the root taken.</summary>
    public static double Energy(ReadOnlySpan<double> first, ReadOnlySpan<double> second) =>
        Math.Sqrt(2 * Integrate(first, second, static gap => gap * gap));

    private static double Integrate(ReadOnlySpan<double> first, ReadOnlySpan<double> second, Func<double, double> function)
    {
        var a = Samples.Sorted(first, nameof(first));
        var b = Samples.Sorted(second, nameof(second));
        int i = 0, j = 0;
        var sum = 0.0;
        var previous = Math.Min(a[0], b[0]);
        while (i < a.Length || j < b.Length)
        {
            var next = j == b.Length || (i < a.Length && a[i] <= b[j]) ? a[i] : b[j];
            sum += function(((double)i / a.Length) - ((double)j / b.Length)) * (next - previous);
            previous = next;
            if (i < a.Length && a[i] == next)
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return sum;
    }
}
