namespace MLOps.Models.Search;

/// <summary>Tree-structured Parzen estimator (Bergstra, Bardenet, Bengio and Kégl 2011, "Algorithms for Hyper-Parameter Optimization"): the points so far are split into the good and the others,
/// each with a density over the space; of candidates drawn from the good ones' density the one is tried that is likeliest among the good in comparison with the others.
/// <para>Each hyper-parameter has a density of its own. A range's is a mixture of normal densities, one at each point and a wide one over the whole range, cut off at the bounds; a point's width
/// reaches to its farther neighbour, and is never so small that the search stays at one place. A choice's is its share, every choice counted once more.</para></summary>
public sealed class TpeSampler(SearchSpace space, int seed) : ISearchSampler
{
    /// <summary>Points that are drawn uniformly before the densities mean something.</summary>
    public const int StartPoints = 10;

    private const int Candidates = 24;

    /// <summary>Share of the points that are good, and how many at most.</summary>
    private const double GoodShare = 0.15;
    private const int MostGood = 25;

    /// <summary>Narrowest width of a point, as a share of the range, divided by 1 + the number of points (at most 100).</summary>
    private const double LeastWidth = 1;

    private readonly RandomSampler _start = new(space, seed);

    public IReadOnlyDictionary<string, string> Next(int number, IReadOnlyList<TriedPoint> tried)
    {
        var known = tried.Where(point => point.Loss is { } loss && double.IsFinite(loss)).OrderBy(point => point.Loss).ThenBy(point => point.Number).ToArray();
        if (known.Length < StartPoints)
        {
            return _start.Next(number, tried);
        }

        var good = Math.Clamp((int)Math.Ceiling(GoodShare * known.Length), 2, MostGood);
        var random = SearchRandom.Of(seed, number);
        return space.Dimensions.ToDictionary(dimension => dimension.Name, dimension => Best(dimension, known[..good], known[good..], random));
    }

    private static string Best(SearchDimension dimension, TriedPoint[] good, TriedPoint[] others, Random random) => dimension.IsRange
        ? BestOfRange(dimension, Density(dimension, good), Density(dimension, others), random)
        : BestChoice(dimension, good, others, random);

    private static string BestOfRange(SearchDimension dimension, ParzenDensity good, ParzenDensity others, Random random)
    {
        var (best, bestScore) = (0.0, double.NegativeInfinity);
        for (var i = 0; i < Candidates; i++)
        {
            var candidate = good.Draw(random);
            var score = good.LogAt(candidate) - others.LogAt(candidate);
            (best, bestScore) = score > bestScore ? (candidate, score) : (best, bestScore);
        }

        return dimension.TextAt(best);
    }

    private static ParzenDensity Density(SearchDimension dimension, TriedPoint[] points)
    {
        var (low, high) = dimension.Scale;
        return new ParzenDensity(low, high, [.. points.Select(point => dimension.ScaledOf(point.Values[dimension.Name]))], LeastWidth / Math.Min(100, 1 + points.Length));
    }

    private static string BestChoice(SearchDimension dimension, TriedPoint[] good, TriedPoint[] others, Random random)
    {
        var (inGood, inOthers) = (Shares(dimension, good), Shares(dimension, others));
        var (best, bestScore) = (0, double.NegativeInfinity);
        for (var i = 0; i < Candidates; i++)
        {
            var candidate = Draw(inGood, random);
            var score = inGood[candidate] / inOthers[candidate];
            (best, bestScore) = score > bestScore ? (candidate, score) : (best, bestScore);
        }

        return dimension.Choices[best];
    }

    private static double[] Shares(SearchDimension dimension, TriedPoint[] points) =>
        [.. dimension.Choices.Select(choice => (1.0 + points.Count(point => point.Values[dimension.Name] == choice)) / (points.Length + dimension.Choices.Count))];

    private static int Draw(double[] shares, Random random)
    {
        var left = random.NextDouble();
        for (var i = 0; i < shares.Length - 1; i++)
        {
            left -= shares[i];
            if (left < 0)
            {
                return i;
            }
        }

        return shares.Length - 1;
    }
}
