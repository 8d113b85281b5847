namespace MLOps.Models.Classical.CrossSection;

/// <summary><c>parameters.json</c> of the momentum ranker.</summary>
/// <param name="Weights">Of the standardised features.</param>
/// <param name="Periods">Cross-sections that it was fitted on.</param>
internal sealed record RankerFile(
    string Method,
    IReadOnlyList<string> Features,
    IReadOnlyList<double> Weights,
    int Horizon,
    int Top,
    double CostBasisPoints,
    int Periods,
    IReadOnlyDictionary<string, string> Conventions);
