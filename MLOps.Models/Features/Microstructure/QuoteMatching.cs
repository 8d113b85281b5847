namespace MLOps.Models.Features.Microstructure;

/// <summary>Which quote a trade met.</summary>
public static class QuoteMatching
{
    /// <summary>Index of the last quote strictly before each trade; −1: there was none. A quote of the same instant may be the trade's consequence, so it does not count.</summary>
    /// <param name="trades">Times of the trades, not decreasing.</param>
    /// <param name="quotes">Times of the quotes, not decreasing.</param>
    public static int[] Before(IReadOnlyList<DateTime> trades, IReadOnlyList<DateTime> quotes)
    {
        var matches = new int[trades.Count];
        var next = 0;
        for (var t = 0; t < matches.Length; t++)
        {
            while (next < quotes.Count && quotes[next] < trades[t])
            {
                next++;
            }

            matches[t] = next - 1;
        }

        return matches;
    }
}
