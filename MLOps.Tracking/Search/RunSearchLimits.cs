namespace MLOps.Tracking.Search;

/// <summary>When a search leaves the straight way through the runs of its experiments. Every look on the way is bounded by these, so that a guess that fails costs milliseconds.</summary>
/// <param name="FewRuns">Experiments of up to so many runs are gone through: nothing is quicker.</param>
/// <param name="FewMetrics">A clause that holds for up to so many runs of the database is where the search begins.</param>
/// <param name="Depth">So many rows of the ordering metric are looked at, or eight for each row of the page when that is more.</param>
internal sealed record RunSearchLimits(int FewRuns, int FewMetrics, int Depth)
{
    public static readonly RunSearchLimits Default = new(1000, 2000, 4000);
}
