namespace MLOps.Models.Search;

/// <summary>Chooses what to try next. A function of its arguments alone: after a crash the same history gives the same point.</summary>
public interface ISearchSampler
{
    /// <param name="number">Of the point, from 0.</param>
    /// <param name="tried">The points so far that have ended.</param>
    /// <returns>Values by hyper-parameter; null: everything has been tried.</returns>
    IReadOnlyDictionary<string, string>? Next(int number, IReadOnlyList<TriedPoint> tried);
}
