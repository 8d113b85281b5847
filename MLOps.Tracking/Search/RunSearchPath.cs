namespace MLOps.Tracking.Search;

/// <summary>From which end a search looks for its rows. By default it goes through the runs of the experiments.</summary>
/// <param name="Filter">From the runs for which this clause holds, of all experiments: right always, quick when they are few.</param>
/// <param name="Order">From the first so many rows of the metric by which the search is ordered: a full page found there is the whole search's, anything less says nothing.</param>
internal readonly record struct RunSearchPath(Comparison? Filter, int? Order);
