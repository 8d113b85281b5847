namespace MLOps.Monitoring.Statistics;

/// <summary>The law of the one-sample statistic D_n under the null hypothesis.</summary>
internal static class KolmogorovDistribution
{
    private const int LargestMatrixSize = 500;

    /// <summary>P(D_n ≥ d).</summary>
    public static double Survival(int n, double d)
    {
        if (n < 1 || d <= 0.5 / Math.Max(n, 1))
        {
            return 1;
        }

        if (d >= 1)
        {
            return 0;
        }

        // Twice the one-sided tail: exact for d ≥ ½ and, by Miller (1956), to many digits once n·d² is above 2.2.
        if (d >= 0.5 || n * d * d >= 2.2)
        {
            return Math.Min(1, 2 * OneSidedSurvival(n, d));
        }

        return Math.Clamp(n <= LargestMatrixSize ? 1 - MarsagliaTsangWang(n, d) : CorrectedLimit(n, d), 0, 1);
    }

    /// <summary>P(D⁺_n ≥ d) by the sum of Birnbaum and Tingey (1951).</summary>
    private static double OneSidedSurvival(int n, double d)
    {
        var logChoose = 0.0;
        var sum = 0.0;
        var last = (int)Math.Floor(n * (1 - d));
        for (var j = 0; j <= last; j++)
        {
            var right = 1 - d - ((double)j / n);
            if (right > 0)
            {
                sum += Math.Exp(logChoose + ((j - 1) * Math.Log(d + ((double)j / n))) + ((n - j) * Math.Log(right)));
            }

            logChoose += Math.Log((double)(n - j) / (j + 1));
        }

        return d * sum;
    }

    /// <summary>P(D_n &lt; d) by the n-th power of the matrix of Marsaglia, Tsang and Wang (2003).</summary>
    private static double MarsagliaTsangWang(int n, double d)
    {
        var k = (int)(n * d) + 1;
        var size = (2 * k) - 1;
        var h = k - (n * d);
        var matrix = new double[size, size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                matrix[i, j] = i - j + 1 < 0 ? 0 : 1;
            }
        }

        for (var i = 0; i < size; i++)
        {
            matrix[i, 0] -= Math.Pow(h, i + 1);
            matrix[size - 1, i] -= Math.Pow(h, size - i);
        }

        matrix[size - 1, 0] += (2 * h) - 1 > 0 ? Math.Pow((2 * h) - 1, size) : 0;
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                for (var g = 1; g <= i - j + 1; g++)
                {
                    matrix[i, j] /= g;
                }
            }
        }

        var (power, exponent) = Power(matrix, n);
        var result = power[k - 1, k - 1];
        for (var i = 1; i <= n; i++)
        {
            result = result * i / n;
            if (result < 1e-140)
            {
                result *= 1e140;
                exponent -= 140;
            }
        }

        return result * Math.Pow(10, exponent);
    }

    private static (double[,] Matrix, int Exponent) Power(double[,] matrix, int n)
    {
        if (n == 1)
        {
            return (matrix, 0);
        }

        var (half, exponent) = Power(matrix, n / 2);
        var square = Multiply(half, half);
        exponent *= 2;
        var power = n % 2 == 0 ? square : Multiply(matrix, square);
        var size = matrix.GetLength(0);
        if (power[size / 2, size / 2] > 1e140)
        {
            for (var i = 0; i < size; i++)
            {
                for (var j = 0; j < size; j++)
                {
                    power[i, j] *= 1e-140;
                }
            }

            exponent += 140;
        }

        return (power, exponent);
    }

    private static double[,] Multiply(double[,] a, double[,] b)
    {
        var size = a.GetLength(0);
        var product = new double[size, size];
        for (var i = 0; i < size; i++)
        {
            for (var k = 0; k < size; k++)
            {
                var factor = a[i, k];
                for (var j = 0; j < size; j++)
                {
                    product[i, j] += factor * b[k, j];
                }
            }
        }

        return product;
    }

    /// <summary>Kolmogorov's limit at the argument that Vrbik (2018) corrects for finite n: z + 1/(6√n) + (z − 1)/(4n).</summary>
    private static double CorrectedLimit(int n, double d)
    {
        var root = Math.Sqrt(n);
        var z = root * d;
        z += (1 / (6 * root)) + ((z - 1) / (4 * n));
        if (z < 0.3)
        {
            return 1;
        }

        var sum = 0.0;
        for (var k = 1; k <= 100; k++)
        {
            var term = Math.Exp(-2 * k * k * z * z);
            sum += k % 2 == 1 ? term : -term;
            if (term < 1e-18)
            {
                break;
            }
        }

        return 2 * sum;
    }
}
