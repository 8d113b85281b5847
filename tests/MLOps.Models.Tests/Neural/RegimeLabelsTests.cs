using MLOps.Models.Features;
using MLOps.Models.Neural.Tcn;

namespace MLOps.Models.Tests.Neural;

public sealed class RegimeLabelsTests
{
    private const int FitDays = 1200;
    private static readonly double[] Returns = LogReturns.Percent(TestSeries.Sp500.Close)[..1600];

    [Fact]
    public void From_ValidationReturnsChange_LeavesHmmAndEarlierLabelsAsTheyWere()
    {
        var changed = (double[])Returns.Clone();
        Array.Fill(changed, 12.0, 1400, 200);

        var before = From(Returns);
        var after = From(changed);

        Assert.Equal(before.Hmm.LogLikelihood, after.Hmm.LogLikelihood);
        Assert.Equal(before.Probabilities[..1400], after.Probabilities[..1400]);
        Assert.Equal(before.States[..1400], after.States[..1400]);
        Assert.All(after.States[1410..], state => Assert.Equal(2, state));
    }

    [Fact]
    public void From_AnyDay_LabelIsTheMostProbableState()
    {
        var labels = From(Returns);

        Assert.Equal(Returns.Length, labels.States.Length);
        Assert.All(labels.Probabilities.Zip(labels.States), day =>
        {
            Assert.Equal(1, day.First.Sum(), 1e-9);
            Assert.Equal(day.First.Max(), day.First[day.Second]);
        });
    }

    private static RegimeLabels From(double[] returns) => RegimeLabels.From(returns, FitDays, 3, 2, 1, TestContext.Current.CancellationToken);
}
