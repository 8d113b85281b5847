namespace MLOps.Tracking.Search;

/// <summary>What may be searched by.</summary>
internal enum SearchEntity
{
    Attribute = 0,
    Metric,
    Parameter,
    Tag,
    Dataset,
    RequestMetadata,
    Span,
    Feedback,
    Expectation,
    Issue,
}

/// <summary>A thing that a clause or an ordering names.</summary>
internal readonly record struct SearchKey(SearchEntity Entity, string Key);

/// <summary>One clause: <c>key comparator value</c>.</summary>
/// <param name="Comparator">Upper case: =, !=, &lt;, &lt;=, &gt;, &gt;=, LIKE, ILIKE, RLIKE, IN, NOT IN, IS NULL, IS NOT NULL.</param>
/// <param name="Value">The token on the right; null for IS [NOT] NULL.</param>
internal readonly record struct Comparison(SearchKey Key, string Comparator, FilterToken? Value);
