using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Search;

namespace MLOps.Models.Tests.Search;

public class SamplerTests
{
    private static readonly HyperParameter[] Declared =
    [
        new("lr", HyperParameterType.RealNumber, "0.01", 1e-6, 1, [], ""),
        new("width", HyperParameterType.WholeNumber, "8", 1, 64, [], ""),
        new("kind", HyperParameterType.Text, "a", null, null, ["a", "b", "c"], ""),
        new("free", HyperParameterType.RealNumber, "0", null, null, [], ""),
    ];

    private static readonly SearchSpace Mixed = SearchSpace.Of(
        Declared,
        [Range("lr", 1e-5, 0.1, true), Range("width", 2, 32, false), Choices("kind")]);

    [Fact]
    public void Grid_HasEveryCombinationOnce_EndsIncluded()
    {
        var grid = new GridSampler(SearchSpace.Of(Declared, [Range("lr", 0.001, 0.1, true), Range("width", 2, 3, false), Choices("kind", "a", "c")]), 3);

        var points = Enumerable.Range(0, 20).Select(number => grid.Next(number, [])).TakeWhile(point => point is not null).ToArray();

        Assert.Equal((12, 12L), (points.Length, grid.Count));
        Assert.Equal(12, points.Select(point => string.Join(',', point!.OrderBy(value => value.Key).Select(value => value.Value))).Distinct().Count());
        Assert.Equal(["0.001", "0.01", "0.1"], points.Select(point => Math.Round(Number(point!, "lr"), 6).ToString(CultureInfo.InvariantCulture)).Distinct().Order());
        Assert.Equal(["2", "3"], points.Select(point => point!["width"]).Distinct().Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Points_AreWithinTheSpace_AndTheSameForTheSameHistory(bool isTpe)
    {
        ISearchSampler Make() => isTpe ? new TpeSampler(Mixed, 7) : new RandomSampler(Mixed, 7);
        var tried = new List<TriedPoint>();
        for (var number = 0; number < 60; number++)
        {
            var point = Make().Next(number, tried)!;
            Assert.Equal(point, Make().Next(number, tried)!);
            Assert.InRange(Number(point, "lr"), 1e-5, 0.1);
            Assert.InRange(int.Parse(point["width"], CultureInfo.InvariantCulture), 2, 32);
            Assert.Contains(point["kind"], new[] { "a", "b", "c" });
            tried.Add(new TriedPoint(number, point, number % 7 == 0 ? null : Math.Abs(Math.Log(Number(point, "lr") / 0.003))));
        }

        Assert.NotEqual(tried[0].Values, tried[1].Values);
    }

    [Fact]
    public void Random_WholeNumbers_AreEquallyLikely_EndsIncluded()
    {
        var sampler = new RandomSampler(SearchSpace.Of(Declared, [Range("width", 1, 4, false)]), 3);

        var counts = Enumerable.Range(0, 4000).Select(number => sampler.Next(number, [])!["width"]).CountBy(width => width).ToDictionary();

        Assert.Equal(4, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 880, 1120));
    }

    /// <summary>Three functions whose minimum is 0, 40 seeds, 50 points each: the mean of the best loss found.</summary>
    [Theory]
    [InlineData("sphere")]
    [InlineData("branin")]
    [InlineData("mixed")]
    public void Tpe_OnAverage_FindsBetterPointsThanRandom(string function)
    {
        var (space, loss) = Benchmark(function);

        var tpe = Enumerable.Range(1, 40).Average(seed => BestOf(new TpeSampler(space, seed), loss, 50));
        var random = Enumerable.Range(1, 40).Average(seed => BestOf(new RandomSampler(space, seed), loss, 50));

        Assert.True(tpe < 0.6 * random, string.Create(CultureInfo.InvariantCulture, $"mean best of TPE is {tpe:G4}, of random {random:G4}"));
    }

    [Theory]
    [InlineData("depth", null, null, false, "'depth' is unknown; this model has lr, width, kind, free")]
    [InlineData("lr", 0.5, 0.1, false, "'lr' has low 0.5 and high 0.1: low must be below high")]
    [InlineData("lr", 0.1, 2.0, false, "'lr' cannot be 2: the model takes 1E-06 to 1")]
    [InlineData("free", null, 1.0, false, "'free' has no bounds of its own: give low and high")]
    [InlineData("free", -1.0, 1.0, true, "'free' has low -1: a logarithmic range begins above 0")]
    [InlineData("kind", 1.0, 2.0, false, "'kind' is a text: it has choices, not a range")]
    [InlineData("width", 2.2, 2.9, false, "'width' has low 2.2 and high 2.9: there must be two whole numbers within")]
    public void Space_ThatDoesNotFit_NamesTheParameterTheValueAndTheRange(string name, double? low, double? high, bool isLog, string said)
    {
        var error = Assert.Throws<ModelTrainingException>(() => SearchSpace.Of(Declared, [new WantedDimension(name, low, high, isLog, [])]));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Space_BadChoices_AreNamed()
    {
        var error = Assert.Throws<ModelTrainingException>(() => SearchSpace.Of(Declared, [Choices("kind", "a", "z"), Choices("width", "1", "99")]));

        Assert.Contains("'kind' cannot be 'z': one of a, b, c", error.Message, StringComparison.Ordinal);
        Assert.Contains("'width' cannot be 99: the model takes 1 to 64", error.Message, StringComparison.Ordinal);
    }

    private static WantedDimension Range(string name, double low, double high, bool isLog) => new(name, low, high, isLog, []);

    private static WantedDimension Choices(string name, params string[] choices) => new(name, null, null, false, choices);

    private static double Number(IReadOnlyDictionary<string, string> point, string name) => double.Parse(point[name], CultureInfo.InvariantCulture);

    private static double BestOf(ISearchSampler sampler, Func<IReadOnlyDictionary<string, string>, double> loss, int points)
    {
        var tried = new List<TriedPoint>();
        for (var number = 0; number < points; number++)
        {
            var point = sampler.Next(number, tried)!;
            tried.Add(new TriedPoint(number, point, loss(point)));
        }

        return tried.Min(point => point.Loss!.Value);
    }

    private static (SearchSpace Space, Func<IReadOnlyDictionary<string, string>, double> Loss) Benchmark(string function)
    {
        HyperParameter[] real = [new("x", HyperParameterType.RealNumber, "0", -5, 15, [], ""), new("y", HyperParameterType.RealNumber, "0", -5, 15, [], "")];
        return function switch
        {
            "sphere" => (SearchSpace.Of(real, [Range("x", -5, 15, false), Range("y", -5, 15, false)]), p => Math.Pow(Number(p, "x") - 3, 2) + Math.Pow(Number(p, "y") + 2, 2)),

            // Branin's function, less its minimum.
            "branin" => (SearchSpace.Of(real, [Range("x", -5, 10, false), Range("y", 0, 15, false)]), p => Branin(Number(p, "x"), Number(p, "y")) - 0.397887),
            _ => (Mixed, p => Math.Pow(Math.Log10(Number(p, "lr") / 0.003), 2) + Math.Pow((Number(p, "width") - 20) / 10, 2) + (p["kind"] == "b" ? 0 : 0.5)),
        };
    }

    private static double Branin(double x, double y)
    {
        var inner = y - (5.1 / (4 * Math.PI * Math.PI) * x * x) + (5 / Math.PI * x) - 6;
        return (inner * inner) + (10 * (1 - (1 / (8 * Math.PI))) * Math.Cos(x)) + 10;
    }
}
