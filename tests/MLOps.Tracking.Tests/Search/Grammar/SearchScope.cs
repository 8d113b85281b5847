namespace MLOps.Tracking.Tests.Search.Grammar;

/// <summary>What a search looks at beside its filter: which experiments, deleted or not, which datasets.</summary>
/// <param name="Text">For messages.</param>
/// <param name="See">A row as the search sees it; null: not at all.</param>
/// <param name="FindAsync">Asks the store for a page.</param>
internal sealed record SearchScope(string Text, Func<Row, Row?> See, Func<AskedPage, Task<Page<string>>> FindAsync);

/// <param name="Token">Of the page before; null: the first page.</param>
internal sealed record AskedPage(string? Filter, IReadOnlyList<Ordering> Order, int Size, string? Token)
{
    public string[] OrderBy => [.. Order.Select(entry => entry.Text)];
}
