namespace MLOps.Models.Search;

/// <summary>Every point by itself, uniform over the space.</summary>
public sealed class RandomSampler(SearchSpace space, int seed) : ISearchSampler
{
    public IReadOnlyDictionary<string, string> Next(int number, IReadOnlyList<TriedPoint> tried)
    {
        var random = SearchRandom.Of(seed, number);
        return space.Dimensions.ToDictionary(dimension => dimension.Name, dimension => Draw(dimension, random));
    }

    internal static string Draw(SearchDimension dimension, Random random)
    {
        if (!dimension.IsRange)
        {
            return dimension.Choices[random.Next(dimension.Choices.Count)];
        }

        var (low, high) = dimension.Scale;
        return dimension.TextAt(low + ((high - low) * random.NextDouble()));
    }
}
