namespace MLOps.Gateway.Features;

/// <summary>Features as a model version takes them.</summary>
/// <param name="Columns">Names, in order.</param>
/// <param name="Times">One a row; null: the rows have no times.</param>
/// <param name="Rows">One for each raw row that has the history it needs.</param>
/// <param name="Lookback">Raw rows before the first that has all features.</param>
internal sealed record FeaturesResponse(IReadOnlyList<string> Columns, IReadOnlyList<string>? Times, IReadOnlyList<IReadOnlyList<double>> Rows, int Lookback);
