namespace MLOps.Models.Catalog;

public enum HyperParameterType
{
    WholeNumber = 0,
    RealNumber,
    Text,
}

/// <summary>A hyper-parameter as forms and validators need it.</summary>
/// <param name="Default">In invariant text.</param>
/// <param name="Minimum">Inclusive; null: unbounded or not numeric.</param>
/// <param name="Maximum">Inclusive; null: unbounded or not numeric.</param>
/// <param name="Choices">For <see cref="HyperParameterType.Text"/>: the allowed values; empty: any.</param>
public sealed record HyperParameter(
    string Name,
    HyperParameterType Type,
    string Default,
    double? Minimum,
    double? Maximum,
    IReadOnlyList<string> Choices,
    string Description);
