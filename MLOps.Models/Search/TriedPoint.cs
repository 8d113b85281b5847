namespace MLOps.Models.Search;

/// <summary>A point of a search that was tried to its end, or pruned.</summary>
/// <param name="Number">From 0, in the order in which they were begun.</param>
/// <param name="Values">By hyper-parameter.</param>
/// <param name="Loss">The smaller the better; null: it failed or was stopped and says nothing but that it was tried.</param>
public sealed record TriedPoint(int Number, IReadOnlyDictionary<string, string> Values, double? Loss);
