namespace MLOps.Tracking.Search;

internal enum FilterTokenKind
{
    /// <summary>A word, with dots and quoted parts: <c>metrics.`a b`</c>. Keywords are words too.</summary>
    Word = 0,

    /// <summary>A whole '...' or "..." text.</summary>
    Text,
    Number,
    Comparator,

    /// <summary>Everything between balanced parentheses, with them.</summary>
    List,
}

/// <param name="Text">As written, quotes included.</param>
internal readonly record struct FilterToken(FilterTokenKind Kind, string Text)
{
    public bool Is(string keyword) => Kind == FilterTokenKind.Word && Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);
}
