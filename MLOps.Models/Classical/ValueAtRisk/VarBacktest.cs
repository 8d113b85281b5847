using MathNet.Numerics;
using MLOps.Models.Data;

namespace MLOps.Models.Classical.ValueAtRisk;

/// <summary>Tests of value-at-risk forecasts against what happened. An exception (a hit) is a day whose loss was larger than its value at risk.</summary>
public static class VarBacktest
{
    private const double YellowFrom = 0.95;
    private const double RedFrom = 0.9999;

    /// <summary>Whether the number of exceptions fits: proportion of failures (Kupiec 1995).</summary>
    /// <param name="probability">Of an exception under a right model: 0.01 for a value at risk of 99 %.</param>
    public static LikelihoodRatio Kupiec(int observations, int exceptions, double probability)
    {
        Check(observations, exceptions, probability);
        var seen = (double)exceptions / observations;
        var statistic = 2 * (LogLikelihood(observations - exceptions, exceptions, seen) - LogLikelihood(observations - exceptions, exceptions, probability));
        return LikelihoodRatio.Of(statistic, 1);
    }

    /// <summary>Whether exceptions come in the right number and independently of each other (Christoffersen 1998).</summary>
    /// <param name="hits">One a day, in order of time.</param>
    /// <inheritdoc cref="Kupiec"/>
    public static IndependenceTest Christoffersen(IReadOnlyList<bool> hits, double probability) => Christoffersen(hits, [new RowRange(0, hits.Count)], probability);

    /// <param name="hits">One a day, in order of time.</param>
    /// <param name="pieces">Ranges of days without a gap: what comes behind one does not depend on what was before it.</param>
    /// <inheritdoc cref="Kupiec"/>
    public static IndependenceTest Christoffersen(IReadOnlyList<bool> hits, IReadOnlyList<RowRange> pieces, double probability)
    {
        var counts = new int[2, 2];
        foreach (var day in pieces.SelectMany(piece => Enumerable.Range(piece.From + 1, Math.Max(0, piece.Count - 1))))
        {
            counts[hits[day - 1] ? 1 : 0, hits[day] ? 1 : 0]++;
        }

        var coverage = Kupiec(hits.Count, hits.Count(hit => hit), probability);
        var independence = LikelihoodRatio.Of(2 * (Dependent(counts) - Independent(counts)), 1);
        return new IndependenceTest(
            hits.Count,
            hits.Count(hit => hit),
            [[counts[0, 0], counts[0, 1]], [counts[1, 0], counts[1, 1]]],
            coverage,
            independence,
            LikelihoodRatio.Of(coverage.Statistic + independence.Statistic, 2));
    }

    /// <summary>The Basel zone of a number of exceptions. The committee's table is for 250 days at 99 %; any other number of days and level goes by the same probabilities.</summary>
    /// <inheritdoc cref="Kupiec"/>
    public static TrafficLight TrafficLight(int observations, int exceptions, double probability)
    {
        Check(observations, exceptions, probability);
        var cumulative = Sum(0, exceptions, observations, probability);
        var zone = cumulative >= RedFrom ? TrafficZone.Red : cumulative >= YellowFrom ? TrafficZone.Yellow : TrafficZone.Green;

        // The upper tail is added up for itself: 1 less the rest would leave it no digits.
        return new TrafficLight(zone, Binomial(exceptions, observations, probability), cumulative, exceptions == 0 ? 1 : Sum(exceptions, observations, observations, probability));
    }

    /// <summary>The numbers of exceptions that Kupiec's test does not reject, or null where it rejects all.</summary>
    /// <param name="confidence">Of the test, for example 0.95.</param>
    /// <inheritdoc cref="Kupiec"/>
    public static (int From, int To)? NotRejected(int observations, double probability, double confidence)
    {
        int[] fitting = [.. Enumerable.Range(0, observations + 1).Where(exceptions => Kupiec(observations, exceptions, probability).PValue >= 1 - confidence)];
        return fitting.Length == 0 ? null : (fitting[0], fitting[^1]);
    }

    private static void Check(int observations, int exceptions, double probability)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(observations, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(exceptions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(exceptions, observations);
        if (!(probability > 0 && probability < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "The probability of an exception is between 0 and 1, for example 0.01 for a value at risk of 99 %.");
        }
    }

    private static double LogLikelihood(int misses, int hits, double probability) => Term(misses, 1 - probability) + Term(hits, probability);

    /// <summary>0·ln 0 = 0.</summary>
    private static double Term(int count, double probability) => count == 0 ? 0 : count * Math.Log(probability);

    private static double Dependent(int[,] counts) => Row(counts[0, 0], counts[0, 1]) + Row(counts[1, 0], counts[1, 1]);

    private static double Independent(int[,] counts) => Row(counts[0, 0] + counts[1, 0], counts[0, 1] + counts[1, 1]);

    private static double Row(int misses, int hits) => misses + hits == 0 ? 0 : LogLikelihood(misses, hits, (double)hits / (misses + hits));

    private static double Binomial(int exceptions, int observations, double probability) => Math.Exp(
        SpecialFunctions.BinomialLn(observations, exceptions) + LogLikelihood(observations - exceptions, exceptions, probability));

    private static double Sum(int from, int to, int observations, double probability)
    {
        var sum = 0.0;
        for (var exceptions = from; exceptions <= to; exceptions++)
        {
            sum += Binomial(exceptions, observations, probability);
        }

        return Math.Min(1, sum);
    }
}
