using MLOps.Models.Classical.Likelihood;

namespace MLOps.Models.Tests.Likelihood;

public sealed class JetTests
{
    /// <summary>f = exp(ab)/(c + ln a) − a + bc, against differences of its own values and slopes.</summary>
    [Fact]
    public void Arithmetic_AnyPoint_DerivativesAgreeWithDifferences()
    {
        static Jet At(double[] p) => F(Jet.Parameter(0, p[0]), Jet.Parameter(1, p[1]), Jet.Parameter(2, p[2]));
        static Jet F(Jet a, Jet b, Jet c) => (Jet.Exp(a * b) / (c + Jet.Log(a))) - a + (-b * c * -1.0);
        static double[] Slopes(Jet jet) => [jet.D0, jet.D1, jet.D2];
        double[] point = [1.3, -0.4, 0.9];
        var jet = At(point);
        double[][] curvatures = [[jet.D00, jet.D01, jet.D02], [jet.D01, jet.D11, jet.D12], [jet.D02, jet.D12, jet.D22]];

        for (var i = 0; i < 3; i++)
        {
            double[] up = [.. point], down = [.. point];
            up[i] += 1e-5;
            down[i] -= 1e-5;
            Assert.Equal((At(up).Value - At(down).Value) / 2e-5, Slopes(jet)[i], 1e-8);
            for (var j = 0; j < 3; j++)
            {
                Assert.Equal((Slopes(At(up))[j] - Slopes(At(down))[j]) / 2e-5, curvatures[i][j], 1e-8);
            }
        }
    }
}
