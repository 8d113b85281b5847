using MLOps.Client.Datasets;

namespace MLOps.Client.Training;

/// <summary>What a model needs of a dataset.</summary>
public sealed record CatalogData
{
    /// <summary><c>ohlcv</c>: daily bars alone; <c>table</c>: any dataset with these columns.</summary>
    public string Kind { get; init; } = "ohlcv";

    /// <summary>Whether there must be a column <c>date</c> or <c>time</c>.</summary>
    public bool NeedsTime { get; init; }

    public IReadOnlyList<CatalogColumn> Columns { get; init; } = [];

    /// <summary>How many columns of numbers there must be at least, where the model takes all of them; 0: it does not.</summary>
    public int MinimumNumbers { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Whether a version seems to fit, so that a form can offer it; the server decides.</summary>
    public bool Fits(DatasetVersion version)
    {
        var isBars = version.Kind == "ohlcv";
        var numbers = version.Columns.Where(column => column.Type is "long" or "double" or "boolean").Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var names = version.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        return (Kind == "ohlcv" ? isBars : !isBars || MinimumNumbers <= 1)
            && (!NeedsTime || names.Contains("date") || names.Contains("time"))
            && Columns.All(column => names.Contains(column.Name) && numbers.Contains(column.Name) == (column.Type == "number"))
            && numbers.Count(name => name is not ("date" or "time")) >= MinimumNumbers;
    }
}

/// <param name="Type"><c>number</c> or <c>text</c>.</param>
public sealed record CatalogColumn(string Name, string Type);

/// <param name="Type"><c>float32</c>, <c>float64</c>, <c>int64</c>.</param>
/// <param name="Shape">-1 where a length is free, or the data or a hyper-parameter decides it.</param>
public sealed record CatalogTensor(string Name, string Type, IReadOnlyList<long> Shape);
