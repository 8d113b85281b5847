using MLOps.Client;

namespace MLOps.AppHost.Embedded;

/// <summary>Finds a platform of ours that listens already where this command would.</summary>
internal static class RunningPlatformSearch
{
    /// <returns>Its address; null when there is none.</returns>
    public static async Task<string?> FindAsync(EmbeddedSettings embedded, CancellationToken cancellationToken)
    {
        var url = embedded.Urls.Split(';')[0].TrimEnd('/');
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Port == 0)
        {
            return null;
        }

        using var client = new MLOpsClient(address);
        try
        {
            await client.Status.GetAsync(cancellationToken);
            return url;
        }
        catch (MLOpsClientException)
        {
            // Nobody there, or somebody else: starting our own will say which.
            return null;
        }
    }
}
