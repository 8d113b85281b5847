using MLOps.Monitoring.Drift;
using MLOps.Monitoring.Statistics;
using MLOps.Testing;

namespace MLOps.Monitoring.Tests.Drift;

public class BlockCalibrationTests
{
    [Fact]
    public void Sp500_MonthsAfterTraining_OneAlarmByBlocksAndFortyByTheTextbook()
    {
        var monitor = new DriftMonitor(Sp500.Profile);
        var verdicts = new List<WindowVerdict>();
        foreach (var (date, values) in Sp500.Rows.Where(row => row.Date.Year >= 2017))
        {
            Assert.Equal(ObservationOutcome.Accepted, monitor.Observe(Sp500.EventTime(date), values, out var closed));
            verdicts.AddRange(closed is null ? [] : [closed]);
        }

        verdicts.Add(monitor.JudgeOpen()!);

        Assert.Equal(40, verdicts.Count);
        Assert.Equal("2020-03", Assert.Single(verdicts, verdict => verdict.Drifted).Window);
        Assert.Equal(40, verdicts.Count(verdict => verdict.TextbookDrifted));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"{2017 + (i / 12)}-{(i % 12) + 1:D2}"), verdicts.Select(verdict => verdict.Window));
    }

    [Fact]
    public void Sp500_Profile_SaysHowItWasMade()
    {
        var profile = Sp500.Profile;

        Assert.Equal(4256, profile.Blocks);
        // An independent script (bisection over copies without the block) gave 3.8913; one block in a hundred lies above.
        Assert.Equal(3.8913, profile.Threshold, 4);
        Assert.Equal(new DateOnly(2016, 12, 30), profile.TrainingEnd);
        Assert.Contains("0.99 quantile", profile.Method, StringComparison.Ordinal);
    }

    [Fact]
    public void Calibrate_SmallSample_EqualsTheDefinitionBlockByBlock()
    {
        // Rounded to make ties, so that the rank arithmetic is tried on them.
        var values = ReferenceSamples.Uniform(7).Take(60).Select(u => Math.Round(u * 12)).ToArray();
        const int Length = 5;
        var expected = Enumerable.Range(0, values.Length - Length + 1)
            .Select(start => KolmogorovSmirnov.Normalise(
                KolmogorovSmirnov.Statistic([.. values[..start], .. values[(start + Length)..]], values.AsSpan(start, Length)),
                values.Length - Length,
                Length))
            .Order()
            .ToArray();

        var profile = Calibrate(values, new CalibrationOptions(Length, 0.8));

        Assert.Equal(expected.Length, profile.Blocks);
        Assert.InRange(Lre.Of(profile.Threshold, expected[(int)Math.Ceiling(0.8 * expected.Length) - 1]), 12, 16);
    }

    [Fact]
    public void Calibrate_TooFewRows_SaysHowManyAreNeeded()
    {
        var error = Assert.Throws<ArgumentException>(() => Calibrate([.. ReferenceSamples.Uniform(1).Take(209)], new CalibrationOptions()));

        Assert.Contains("209 training rows", error.Message, StringComparison.Ordinal);
        Assert.Contains("210", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Calibrate_ConstantFeature_IsRefused() =>
        Assert.Contains("constant", Assert.Throws<ArgumentException>(() => Calibrate(new double[300], new CalibrationOptions())).Message, StringComparison.Ordinal);

    private static ReferenceProfile Calibrate(double[] values, CalibrationOptions options) =>
        BlockCalibration.Calibrate([new ReferenceFeature("x", "in", 0, values)], new DateOnly(2000, 1, 1), new DateOnly(2000, 12, 31), options);
}
