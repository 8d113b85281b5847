using MathNet.Numerics.LinearAlgebra;
using MLOps.Models.Classical.Portfolio;
using MLOps.Testing;

namespace MLOps.Models.Tests.Portfolio;

/// <summary>The tables of He and Litterman (1999).</summary>
public sealed class BlackLittermanTests
{
    [Theory]
    [InlineData("table4_view1")]
    [InlineData("table5_views12")]
    [InlineData("table6_q2_4pct")]
    [InlineData("table7_view1_less_conf")]
    [InlineData("table8_view3")]
    public void Mix_SevenCountries_GivesThePublishedTable(string table)
    {
        var reference = TestSeries.Reference("portfolio-reference.json", "black_litterman_he_litterman1999");
        var deviations = reference.GetProperty("sigma").Numbers();
        var correlation = reference.GetProperty("corr").Rows();
        var covariance = Matrix<double>.Build.Dense(7, 7, (i, j) => deviations[i] * deviations[j] * correlation[i][j]);
        var (delta, tau) = (reference.GetProperty("delta").GetDouble(), reference.GetProperty("tau").GetDouble());
        var equilibrium = BlackLitterman.Equilibrium(covariance, reference.GetProperty("weq").Numbers(), delta);
        var expected = reference.GetProperty(table);

        var mixed = BlackLitterman.Mix(
            covariance, equilibrium, tau, Matrix<double>.Build.DenseOfRowArrays(expected.GetProperty("P").Rows()), expected.GetProperty("Q").Numbers(), expected.GetProperty("omega_diag").Numbers());

        AssertDigits(reference.GetProperty("pi").Numbers(), equilibrium);
        AssertDigits(expected.GetProperty("mu_bar").Numbers(), mixed.Means);
        AssertDigits(expected.GetProperty("w_star").Numbers(), mixed.Weights(delta));
    }

    private static void AssertDigits(double[] expected, IReadOnlyList<double> actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.True(Lre.Of(pair.Second, pair.First) >= 9, $"Expected {pair.First:R}, got {pair.Second:R}."));
}
