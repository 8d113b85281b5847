using CsCheck;
using MLOps.Models.Classical.ValueAtRisk;
using MLOps.Models.Data;

namespace MLOps.Models.Tests.ValueAtRisk;

public sealed class VarModelTests
{
    private static readonly double[] Returns = [.. Enumerable.Range(0, 400).Select(t => Math.Sin(t * 12.9898) * (1 + (t % 50 / 25.0)))];

    [Fact]
    public void Of_Historical_IsTheInterpolatedOrderStatistic()
    {
        // Losses 0..100: the quantile of rule 7 at level c is 100c.
        var window = Enumerable.Range(0, 101).Select(i => -(double)((i * 37) % 101)).ToArray();
        var values = Model(VarMethod.Historical, 101, [0.9, 0.975, 0.999]).Of(window);
        Assert.Equal(90, values[0], 1e-12);
        Assert.Equal(97.5, values[1], 1e-12);
        Assert.Equal(99.9, values[2], 1e-12);
    }

    [Fact]
    public void Of_EwmaNormal_IsTheRecursionTimesTheQuantile()
    {
        var variance = Returns[..100].Average(r => r * r);
        foreach (var r in Returns[..100])
        {
            variance = (0.94 * variance) + (0.06 * r * r);
        }

        Assert.Equal(Math.Sqrt(variance) * 2.3263478740408408, Model(VarMethod.EwmaNormal, 100, [0.99]).Of(Returns.AsSpan(0, 100))[0], 1e-12);
    }

    /// <summary>t of 4 degrees of freedom at 99 %: 3.746947387979197, with variance 2.</summary>
    [Fact]
    public void Factors_StudentT_AreScaledToUnitVariance() =>
        Assert.Equal(3.746947387979197 / Math.Sqrt(2), (Model(VarMethod.EwmaStudentT, 100, [0.99]) with { DegreesOfFreedom = 4 }).Factors()[0], 1e-9);

    /// <summary>Twice the returns are twice the risk; a higher level is a larger loss; what is older than the window does not matter.</summary>
    [Theory]
    [InlineData(nameof(VarMethod.FilteredHistorical))]
    [InlineData(nameof(VarMethod.EwmaNormal))]
    [InlineData(nameof(VarMethod.EwmaStudentT))]
    [InlineData(nameof(VarMethod.Historical))]
    public void Of_AnyWindow_ScalesAndRisesWithTheLevel(string method) => Gen.Int[0, 299].Sample(start =>
    {
        var model = Model(Enum.Parse<VarMethod>(method), 100, [0.9, 0.95, 0.99]) with { DegreesOfFreedom = 5 };
        var window = Returns[start..(start + 100)];
        var values = model.Of(window);
        var doubled = model.Of([.. window.Select(r => 2 * r)]);
        Assert.Equal(values.Order(), values);
        Assert.All(values.Zip(doubled), pair => Assert.Equal(2 * pair.First, pair.Second, 1e-12));
    });

    [Fact]
    public void Of_WindowWithoutMovement_IsZero() =>
        Assert.All(Enum.GetValues<VarMethod>(), method => Assert.Equal([0.0], Model(method, 60, [0.99]).Of(new double[60])));

    /// <summary>After a storm the filtered simulation fears more than the plain one, whose quantile has hardly moved.</summary>
    [Fact]
    public void Of_FilteredHistorical_FollowsTheVolatility()
    {
        double[] storm = [.. Returns[..240].Select(r => 0.2 * r), .. Returns[..10].Select(r => 5 * r)];
        Assert.True(Model(VarMethod.FilteredHistorical, 250, [0.95]).Of(storm)[0] > 2 * Model(VarMethod.Historical, 250, [0.95]).Of(storm)[0]);
    }

    /// <summary>A series that follows the recursion itself with t innovations gives back its parameters.</summary>
    [Fact]
    public void Fit_SimulatedEwmaWithStudentT_RecoversDecayAndFreedom()
    {
#pragma warning disable CA5394 // A simulation, not secrets.
        var random = new Random(11);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
#pragma warning restore CA5394
        var (returns, variance) = (new double[20_000], 1.0);
        for (var t = 0; t < returns.Length; t++)
        {
            // t of 5 degrees of freedom with variance 1; a constant keeps the variance from dying out.
            var chi = Enumerable.Range(0, 5).Sum(_ => Math.Pow(Normal(), 2));
            returns[t] = Math.Sqrt(variance) * Normal() / Math.Sqrt(chi / 5) * Math.Sqrt(3.0 / 5);
            variance = 0.002 + (0.95 * variance) + (0.048 * returns[t] * returns[t]);
        }

        var decay = VarFit.Decay(returns, [new RowRange(0, returns.Length)], (_, _) => { });
        var (freedom, scale) = VarFit.StudentT(returns, [new RowRange(0, returns.Length)], decay);
        Assert.InRange(decay, 0.93, 0.97);
        Assert.InRange(freedom, 4.3, 6);
        Assert.InRange(scale, 0.95, 1.1);
    }

    /// <summary>A split that nobody adjusted: the tail is as heavy as is allowed, and no more.</summary>
    [Fact]
    public void StudentT_OneReturnFarOut_StaysWithinItsBounds()
    {
        double[] returns = [.. TestSeries.Dax];
        returns[900] = 139;
        var (freedom, scale) = VarFit.StudentT(returns, [new RowRange(0, returns.Length)], 0.94);
        Assert.InRange(freedom, 2.05, 2.2);
        Assert.True(double.IsFinite(scale));

        // And returns that alternate in size have a decay as slow as is allowed.
        double[] even = [.. Enumerable.Range(0, 500).Select(t => t % 2 == 0 ? 1.0 : 2.0)];
        Assert.Equal(0.999, VarFit.Decay(even, [new RowRange(0, even.Length)], (_, _) => { }), 1e-6);
    }

    private static VarModel Model(VarMethod method, int window, double[] levels) => new(method, window, levels, 0.94, double.PositiveInfinity, 1);
}
