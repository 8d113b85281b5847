using MLOps.Models.Catalog;

namespace MLOps.Models.Search;

/// <summary>Every combination of every choice and of evenly spaced values of every range, the last hyper-parameter varying fastest.</summary>
public sealed class GridSampler : ISearchSampler
{
    private readonly IReadOnlyList<(string Name, IReadOnlyList<string> Values)> _axes;

    /// <param name="pointsPerRange">Values of each range, both ends among them; a range of fewer whole numbers has those.</param>
    public GridSampler(SearchSpace space, int pointsPerRange)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pointsPerRange, 2);
        _axes = [.. space.Dimensions.Select(dimension => (dimension.Name, Values(dimension, pointsPerRange)))];
    }

    /// <summary>Points of the whole grid; <see cref="long.MaxValue"/> when there are more.</summary>
    public long Count => _axes.Aggregate(1L, (product, axis) => product > long.MaxValue / axis.Values.Count ? long.MaxValue : product * axis.Values.Count);

    public IReadOnlyDictionary<string, string>? Next(int number, IReadOnlyList<TriedPoint> tried)
    {
        if (number >= Count)
        {
            return null;
        }

        var values = new Dictionary<string, string>();
        foreach (var (name, axis) in _axes.Reverse())
        {
            values[name] = axis[number % axis.Count];
            number /= axis.Count;
        }

        return values;
    }

    private static IReadOnlyList<string> Values(SearchDimension dimension, int points)
    {
        if (!dimension.IsRange)
        {
            return dimension.Choices;
        }

        var (low, high) = dimension.IsLog ? (Math.Log(dimension.Low), Math.Log(dimension.High)) : (dimension.Low, dimension.High);
        var values = Enumerable.Range(0, points).Select(i => dimension.TextAt(low + ((high - low) * i / (points - 1))));
        return dimension.Type == HyperParameterType.WholeNumber ? [.. values.Distinct()] : [.. values];
    }
}
