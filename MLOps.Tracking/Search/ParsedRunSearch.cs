namespace MLOps.Tracking.Search;

/// <summary>A search of runs whose filter and order have been read.</summary>
internal sealed record ParsedRunSearch(SearchRuns Query, List<Comparison> Clauses, List<OrderClause> Order)
{
    /// <summary>The clauses whose runs an index finds.</summary>
    public List<Comparison> IndexedClauses => Clauses.FindAll(clause => clause.Key.Entity == SearchEntity.Metric && clause.Comparator != "!=");

    /// <summary>Whether the rows come in the order of a metric.</summary>
    public bool IsByMetric => Order is [{ Key.Entity: SearchEntity.Metric }, ..];
}
