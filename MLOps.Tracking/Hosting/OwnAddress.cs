namespace MLOps.Tracking.Hosting;

/// <summary>Knows an address of this very platform, which is no store: it would ask itself.</summary>
internal static class OwnAddress
{
    /// <param name="uri">The address that a store is said to have.</param>
    /// <param name="urls">Where this platform listens, separated by <c>;</c>.</param>
    public static bool Is(string uri, string? urls) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var target)
        && target.IsLoopback
        && (urls ?? string.Empty).Split(';', StringSplitOptions.RemoveEmptyEntries).Any(url =>
            Uri.TryCreate(url, UriKind.Absolute, out var own) && own.Scheme == target.Scheme && own.Port == target.Port);
}
