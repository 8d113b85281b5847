using MLOps.Monitoring.Sequential;

namespace MLOps.Monitoring.Tests.Sequential;

/// <summary>The promise is about error under continuous peeking, so that is what is simulated: a look after every pair of outcomes, seeds fixed.</summary>
public sealed class MeanDifferenceTests
{
    private const int Runs = 1000;
    private const int Outcomes = 2000;
    private const int First = 100;
    private const double Alpha = 0.05;

    public static TheoryData<string> Laws => ["normal", "bernoulli 0.5", "bernoulli 0.1", "student 5", "exponential", "unequal variances"];

    [Theory]
    [MemberData(nameof(Laws))]
    public void Compare_SameMeanLookedAtAllTheTime_ErrsNotMoreOftenThanAlpha(string law)
    {
        var errors = Enumerable.Range(0, Runs).Count(seed => StoppedAt(seed, random => (Draw(law, random, 0), Draw(law, random, 1))) is not null);

        // Three standard deviations above alpha would be 71: the bound is on the truth, the count has its own chance.
        Assert.InRange((double)errors / Runs, 0, Alpha);
    }

    [Fact]
    public void Compare_FixedSampleTestLookedAtAllTheTime_ErrsFarMoreOften()
    {
        // What the always-valid interval is for: the same looks with the textbook's 1.96 standard errors.
        var errors = 0;
        for (var seed = 0; seed < Runs; seed++)
        {
            var random = new Random(seed);
            var (a, b) = (default(Moments), default(Moments));
            for (var i = 1; i <= Outcomes; i++)
            {
                a = a.Plus(Normal(random));
                b = b.Plus(Normal(random));
                if (i >= First && Math.Abs(b.Mean - a.Mean) > 1.96 * Math.Sqrt((a.Variance / i) + (b.Variance / i)))
                {
                    errors++;
                    break;
                }
            }
        }

        Assert.True(errors > 5 * Alpha * Runs, $"only {errors} of {Runs} peeking fixed-sample tests erred");
    }

    [Fact]
    public void Compare_TrueDifference_IsCoveredAtAllTimesAndFound()
    {
        const double Truth = 0.3;
        int missed = 0, found = 0;
        for (var seed = 0; seed < Runs; seed++)
        {
            var random = new Random(seed);
            var (a, b) = (default(Moments), default(Moments));
            bool isCovered = true, isFound = false;
            for (var i = 1; i <= Outcomes; i++)
            {
                a = a.Plus(Normal(random));
                b = b.Plus(Normal(random) + Truth);
                if (i >= First)
                {
                    var interval = MeanDifference.Compare(a, b, Alpha, 0.1)!.Value;
                    isCovered &= interval.Lower <= Truth && Truth <= interval.Upper;
                    isFound |= interval.Lower > 0;
                }
            }

            missed += isCovered ? 0 : 1;
            found += isFound ? 1 : 0;
        }

        Assert.InRange((double)missed / Runs, 0, Alpha);
        Assert.True(found > 0.99 * Runs, $"found in {found} of {Runs} runs");
    }

    [Fact]
    public void Compare_KnownMoments_IsTheFormula()
    {
        // V = 4/100 + 1/50 = 0.06; pooled variance (396 + 49)/148; τ² = 0.01 of it; by hand from the formula in MeanDifference.
        var interval = MeanDifference.Compare(new Moments(100, 1, 396), new Moments(50, 1.5, 49), 0.05, 0.1)!.Value;
        const double V = 0.06, Tau2 = 0.01 * 445 / 148;
        Assert.Equal(0.5, interval.Difference, 12);
        Assert.Equal((0.5 * Math.Log(V / (V + Tau2))) + (Tau2 * 0.25 / (2 * V * (V + Tau2))), interval.LogEvidence, 12);

        // Where the interval just touches 0 the evidence is 1/α: the two are one statement.
        var radius = interval.Upper - interval.Difference;
        var touching = MeanDifference.Compare(new Moments(100, 0, 396), new Moments(50, radius, 49), 0.05, 0.1)!.Value;
        Assert.Equal(0, touching.Lower, 9);
        Assert.Equal(Math.Log(20), touching.LogEvidence, 9);
    }

    [Fact]
    public void Compare_NothingToDivideBy_IsNull()
    {
        Assert.Null(MeanDifference.Compare(new Moments(1, 1, 0), new Moments(100, 2, 3), 0.05, 0.1));
        Assert.Null(MeanDifference.Compare(new Moments(100, 1, 0), new Moments(100, 2, 0), 0.05, 0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => MeanDifference.Compare(default, default, 1, 0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => MeanDifference.Compare(default, default, 0.05, 0));
    }

    [Fact]
    public void Moments_InAnyParts_AreThoseOfTheWhole()
    {
        double[] values = [3, -1, 4, 1, -5, 9, 2, 6];
        var whole = values.Aggregate(default(Moments), (moments, value) => moments.Plus(value));
        var parts = values[..3].Aggregate(default(Moments), (moments, value) => moments.Plus(value))
            .Plus(values[3..].Aggregate(default(Moments), (moments, value) => moments.Plus(value)));
        Assert.Equal(values.Average(), whole.Mean, 12);
        Assert.Equal(values.Sum(value => Math.Pow(value - values.Average(), 2)) / 7, whole.Variance, 12);
        Assert.Equal(whole.Mean, parts.Mean, 12);
        Assert.Equal(whole.Variance, parts.Variance, 12);
    }

    private static int? StoppedAt(int seed, Func<Random, (double Control, double Treatment)> draw)
    {
        var random = new Random(seed);
        var (control, treatment) = (default(Moments), default(Moments));
        for (var i = 1; i <= Outcomes; i++)
        {
            var (a, b) = draw(random);
            control = control.Plus(a);
            treatment = treatment.Plus(b);
            if (i >= First && MeanDifference.Compare(control, treatment, Alpha, 0.1) is { } interval && (interval.Lower > 0 || interval.Upper < 0))
            {
                return i;
            }
        }

        return null;
    }

    private static double Draw(string law, Random random, int arm) => law switch
    {
        "normal" => Normal(random),
        "bernoulli 0.5" => random.NextDouble() < 0.5 ? 1 : 0,
        "bernoulli 0.1" => random.NextDouble() < 0.1 ? 1 : 0,
        "student 5" => Normal(random) / Math.Sqrt(Enumerable.Range(0, 5).Sum(_ => Math.Pow(Normal(random), 2)) / 5),
        "exponential" => -Math.Log(1 - random.NextDouble()),
        "unequal variances" => Normal(random) * (arm == 0 ? 1 : 4),
        _ => throw new ArgumentException(law, nameof(law)),
    };

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
