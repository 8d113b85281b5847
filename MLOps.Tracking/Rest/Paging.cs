using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Rest;

/// <summary>Pages as callers want them, from an upstream that limits how many things a page may have.</summary>
internal static class Paging
{
    /// <summary>At most <paramref name="wanted"/> things from the token on.</summary>
    /// <param name="wanted">Things of the page.</param>
    /// <param name="limit">The most that the upstream gives at once.</param>
    /// <param name="pageToken">The upstream's own; null: from the start.</param>
    /// <param name="fetch">Asks for so many things from a token on.</param>
    /// <exception cref="MLOpsException">Unavailable: the upstream gives the same token again and again.</exception>
    public static async Task<Page<T>> TakeAsync<T>(int wanted, int limit, string? pageToken, Func<int, string?, Task<Page<T>>> fetch)
    {
        var page = await fetch(Math.Min(wanted, limit), pageToken);
        if (page.NextPageToken is null || page.Items.Count >= wanted || wanted <= limit)
        {
            return page;
        }

        var items = new List<T>(page.Items);
        while (page.NextPageToken is { } token && items.Count < wanted)
        {
            page = await fetch(Math.Min(wanted - items.Count, limit), token);
            if (page.NextPageToken == token)
            {
                throw new MLOpsException(ProblemCode.Unavailable, "The upstream MLflow server gives a page that leads to itself: the listing cannot be read to its end");
            }

            items.AddRange(page.Items);
        }

        return new Page<T>(items, page.NextPageToken);
    }

    /// <summary>Everything.</summary>
    /// <inheritdoc cref="TakeAsync{T}"/>
    public static async Task<IReadOnlyList<T>> AllAsync<T>(int limit, Func<int, string?, Task<Page<T>>> fetch) =>
        (await TakeAsync(int.MaxValue, limit, null, fetch)).Items;
}
