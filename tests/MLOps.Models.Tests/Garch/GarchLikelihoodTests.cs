using MLOps.Models.Classical.Egarch;
using MLOps.Models.Classical.Garch;
using MLOps.Models.Classical.GjrGarch;

namespace MLOps.Models.Tests.Garch;

public sealed class GarchLikelihoodTests
{
    public static TheoryData<string, bool> Recursions { get; } = new(
        from recursion in (string[])["garch", "gjr", "gjr by sides", "egarch"]
        from student in (bool[])[false, true]
        select (recursion, student));

    [Theory]
    [MemberData(nameof(Recursions))]
    public void Evaluate_AnyPoint_DerivativesAgreeWithDifferences(string name, bool student)
    {
        InnovationDensity density = student ? new StudentDensity() : new NormalDensity();
        VarianceRecursion recursion = name switch
        {
            "garch" => new GarchRecursion(),
            "egarch" => new EgarchRecursion(),
            _ => new GjrRecursion(bySides: name == "gjr by sides"),
        };
        double[] point = name switch
        {
            "garch" => [0.05, 0.06, 0.09, 0.83],
            "gjr" => [0.05, 0.06, 0.09, -0.04, 0.83],
            "gjr by sides" => [0.05, 0.06, 0.05, 0.12, 0.83],
            _ => [0.0501, -0.1, -0.07, 0.2, 0.9],
        };
        var likelihood = new GarchLikelihood(TestSeries.Dax[..400], recursion, density);
        double[] theta = student ? [.. point, 5.5] : point;
        var n = theta.Length;
        var (gradient, hessian) = (new double[n], new double[n * n]);
        likelihood.Evaluate(theta, gradient, hessian, new double[n * n]);

        for (var i = 0; i < n; i++)
        {
            var step = 1e-5 * Math.Max(0.1, Math.Abs(theta[i]));
            var (up, down) = ((double[])theta.Clone(), (double[])theta.Clone());
            up[i] += step;
            down[i] -= step;
            AssertClose((likelihood.Value(up) - likelihood.Value(down)) / (2 * step), gradient[i], 1e-5);

            var (gradientUp, gradientDown) = (new double[n], new double[n]);
            likelihood.Evaluate(up, gradientUp, new double[n * n], new double[n * n]);
            likelihood.Evaluate(down, gradientDown, new double[n * n], new double[n * n]);
            for (var j = 0; j < n; j++)
            {
                AssertClose((gradientUp[j] - gradientDown[j]) / (2 * step), hessian[(i * n) + j], 1e-5);
            }
        }
    }

    [Theory]
    [InlineData(0.5, 4.934802200544679)]
    [InlineData(1, 1.6449340668482264)]
    [InlineData(3.5, 0.33035775610023485)] // π²/2 − 4(1 + 1/9 + 1/25)
    [InlineData(100, 0.010050166663333571)]
    public void Trigamma_KnownArguments_GivesFifteenDigits(double x, double expected) =>
        Assert.Equal(expected, Trigamma.Of(x), 1e-14 * Math.Max(1, expected));

    private static void AssertClose(double expected, double actual, double tolerance) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance * (1 + Math.Abs(expected)), $"By differences {expected:R}, analytic {actual:R}.");
}
