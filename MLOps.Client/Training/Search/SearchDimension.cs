namespace MLOps.Client.Training.Search;

/// <summary>A range or a list of values. Left empty: all that the model takes.</summary>
public sealed record SearchDimension
{
    /// <summary>Least value, inclusive. Default: the model's own.</summary>
    public double? Low { get; init; }

    /// <summary>Largest value, inclusive. Default: the model's own.</summary>
    public double? High { get; init; }

    /// <summary>Whether the range is searched by its logarithm.</summary>
    public bool? Log { get; init; }

    public IReadOnlyList<string>? Choices { get; init; }

    public static SearchDimension Range(double low, double high, bool log = false) => new() { Low = low, High = high, Log = log };

    public static SearchDimension Of(params IReadOnlyList<string> choices) => new() { Choices = choices };
}
