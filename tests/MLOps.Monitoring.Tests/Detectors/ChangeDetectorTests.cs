using MLOps.Monitoring.Detectors;

namespace MLOps.Monitoring.Tests.Detectors;

public class ChangeDetectorTests
{
    [Fact]
    public void PageHinkley_ShiftOfOneAtThousand_IsFoundAt1036()
    {
        var detector = new PageHinkley();

        Assert.Equal(1036, FirstIndex(i => detector.Update(Uniform[i] + (i >= 1000 ? 1 : 0))));
    }

    [Fact]
    public void PageHinkley_FallOfTheMean_IsFoundToo()
    {
        var detector = new PageHinkley();

        Assert.InRange(FirstIndex(i => detector.Update(Uniform[i] - (i >= 1000 ? 1 : 0))), 1001, 1100);
    }

    [Fact]
    public void DriftDetectionMethod_ErrorRateRisesAtThousand_WarnsAt272AndDriftsAt1197()
    {
        var detector = new DriftDetectionMethod();
        var states = Uniform.Select((u, i) => detector.Update(u < (i < 1000 ? 0.2 : 0.5))).ToList();

        Assert.Equal(272, states.IndexOf(DetectorState.Warning));
        Assert.Equal(1197, states.IndexOf(DetectorState.Drift));
    }

    private static double[] Uniform { get; } = [.. ReferenceSamples.Uniform(1).Take(2000)];

    private static int FirstIndex(Func<int, bool> predicate) => Enumerable.Range(0, 2000).First(predicate);
}
