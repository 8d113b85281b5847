using System.Runtime.CompilerServices;

namespace MLOps.Client.Http;

/// <summary>Reads MLflow's pages one after the other, each when it is needed.</summary>
internal static class Paging
{
    /// <param name="page">Fetches the page of a token (null: the first) and says the next page's token.</param>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        Func<string?, CancellationToken, Task<(IReadOnlyList<T>? Items, string? Next)>> page,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? token = null;
        do
        {
            var (items, next) = await page(token, cancellationToken);
            foreach (var item in items ?? [])
            {
                yield return item;
            }

            token = string.IsNullOrEmpty(next) ? null : next;
        }
        while (token is not null);
    }
}
