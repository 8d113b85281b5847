using CsCheck;
using MLOps.Models.Classical.Portfolio;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.Portfolio;

public sealed class ProjectedGradientTests
{
    private static readonly BudgetBox LongOnly = new(0, 1);

    [Fact]
    public void Minimise_AlongTheFrontier_ReachesTheExactWeights()
    {
        var (mean, covariance) = CriticalLineTests.Inputs();
        var line = CriticalLineTests.TenAssetLine();
        Assert.All((double[])[0, 0.02, 0.05, 0.1, 1, 3, 10, 100], lambda =>
        {
            var (weights, moved) = ProjectedGradient.Minimise(covariance, mean, lambda, LongOnly, 20_000);
            Assert.True(moved <= ProjectedGradient.Tolerance, $"λ = {lambda}: the last step still moved {moved:E1}.");
            Assert.All(line.At(lambda).Weights.Zip(weights), pair => Assert.Equal(pair.First, pair.Second, 1e-10));
        });
    }

    /// <summary>The graph takes any number of assets and gives what the steps in C# give, ties and tight bounds among the problems.</summary>
    [Fact]
    public void Graph_AnyProblem_GivesTheTrainersWeights()
    {
        var box = new BudgetBox(-0.1, 0.6);
        using var runner = new OnnxRunner(OnnxModelFile.Write(PortfolioGraph.Build(box, 5000), "Test.", new Dictionary<string, string>()));
        Gen.Select(Gen.Int[2, 9], Gen.Int[0, 1_000_000], Gen.Double[0, 3]).Sample(
            (count, seed, lambda) =>
            {
                var (means, covariance, _, _) = CriticalLineTests.Problem(count, seed);
                var (weights, _) = ProjectedGradient.Minimise(covariance, means, lambda, box, 5000);
                var served = runner.Run<double>([("mu", means, [count]), ("sigma", [.. covariance.ToRowArrays().SelectMany(row => row)], [count, count]), ("lambda", [lambda], [1])], ["w", "moved"]);
                OnnxParity.Check("w", weights, served[0], OnnxParity.Float64Tolerance);
                Assert.Equal(1, served[0].Sum(), 1e-12);
                Assert.All(served[0], weight => Assert.InRange(weight, box.Lower, box.Upper));
                var exact = new CriticalLine(means, covariance, CriticalLineTests.Repeat(box.Lower, count), CriticalLineTests.Repeat(box.Upper, count)).At(lambda);
                Assert.All(exact.Weights.Zip(served[0]), pair => Assert.Equal(pair.First, pair.Second, 1e-8));
            },
            iter: 200, threads: 1);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-0.2, 0.4)]
    [InlineData(0, 0.25)]
    public void Project_AnyPoint_IsNearestOfTheAllowed(double lower, double upper) => Gen.Double[-3, 3].Array[4].Sample(point =>
    {
        var box = new BudgetBox(lower, upper);
        var nearest = box.Project(point);
        Assert.Equal(1, nearest.Sum(), 1e-12);
        Assert.All(nearest, weight => Assert.InRange(weight, lower, upper));

        // Moving weight from one asset to another, where the bounds allow it, comes no nearer.
        for (var i = 0; i < 4; i++)
        {
            for (var j = 0; j < 4; j++)
            {
                if (nearest[i] < upper && nearest[j] > lower)
                {
                    Assert.True(point[i] - nearest[i] <= point[j] - nearest[j] + 1e-12, $"Weight should go from {j} to {i}.");
                }
            }
        }
    });
}
