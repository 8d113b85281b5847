using MLOps.Models.Classical.Egarch;
using MLOps.Models.Classical.Garch;
using MLOps.Models.Classical.GjrGarch;
using MLOps.Testing;

namespace MLOps.Models.Tests.Garch;

/// <summary>The fits on the published benchmark and on a second market, digit by digit.</summary>
public sealed class GarchBenchmarkTests
{
    [Theory]
    [InlineData("dem2gbp/garch-norm")]
    [InlineData("dem2gbp/garch-t")]
    [InlineData("dem2gbp/gjr-norm")]
    [InlineData("dem2gbp/gjr-t")]
    [InlineData("dem2gbp/egarch-norm")]
    [InlineData("eu_DAX/gjr-norm")]
    [InlineData("eu_DAX/gjr-t")]
    [InlineData("eu_DAX/egarch-norm")]
    [InlineData("eu_DAX/garch-norm")]
    [InlineData("eu_DAX/garch-t")]
    public void Fit_BenchmarkSeries_AgreesWithReference(string reference)
    {
        var expected = TestSeries.Reference("garch-reference.json", reference);
        var series = reference.StartsWith("dem2gbp", StringComparison.Ordinal) ? TestSeries.DemGbp : TestSeries.Dax;
        InnovationDensity density = reference.EndsWith("-t", StringComparison.Ordinal) ? new StudentDensity() : new NormalDensity();

        VarianceRecursion recursion = reference.Split('/', '-')[1] switch { "gjr" => new GjrRecursion(), "egarch" => new EgarchRecursion(), _ => new GarchRecursion() };
        var fit = GarchFitter.Fit(series, recursion, density, 200, (_, _, _) => { });

        Assert.Equal(expected.GetProperty("n").GetInt32(), series.Length);
        Assert.Equal(expected.GetProperty("names").EnumerateArray().Select(name => name.GetString()!.Split('(')[0]), fit.Names);
        AssertDigits("log-likelihood", [expected.GetProperty("loglik").GetDouble()], [fit.LogLikelihood], 9);
        AssertDigits("estimates", expected.GetProperty("params").Numbers(), fit.Theta, 6);
        AssertDigits("Hessian errors", expected.GetProperty("se_hessian").Numbers(), fit.Errors.Hessian, 4);
        AssertDigits("OPG errors", expected.GetProperty("se_opg").Numbers(), fit.Errors.OuterProducts, 4);
        AssertDigits("QML errors", expected.GetProperty("se_qml").Numbers(), fit.Errors.Robust, 4);
        AssertDigits(
            "variances",
            [expected.GetProperty("h_first").GetDouble(), expected.GetProperty("h_last").GetDouble(), expected.GetProperty("h_next").GetDouble()],
            [fit.Variances[0], fit.Variances[^1], fit.NextVariance],
            6);
    }

    /// <summary>Table of Fiorentini, Calzolari and Panattoni (1996): the digits that are in print.</summary>
    [Fact]
    public void Fit_DemGbpNormal_GivesThePublishedEstimates()
    {
        var fit = GarchFitter.Fit(TestSeries.DemGbp, new GarchRecursion(), new NormalDensity(), 200, (_, _, _) => { });

        AssertDigits("published estimates", [-0.00619041, 0.0107613, 0.153134, 0.805974], fit.Theta, 4.9);
    }

    private static void AssertDigits(string what, double[] expected, double[] actual, double digits)
    {
        Assert.Equal(expected.Length, actual.Length);
        var lre = expected.Select((reference, i) => Lre.Of(actual[i], reference)).ToArray();
        Assert.True(lre.Min() >= digits, $"{what} {string.Join(", ", actual)}: log relative errors {string.Join(", ", lre.Select(value => value.ToString("F1", null)))}; at least {digits} digits must agree.");
    }
}
