using System.Runtime.CompilerServices;
using MLOps.Client.Http;

namespace MLOps.Client.Housekeeping;

/// <summary>Removal of what was deleted.</summary>
public sealed class HousekeepingClient
{
    private readonly Transport _transport;

    internal HousekeepingClient(Transport transport) => _transport = transport;

    /// <summary>Removes deleted runs and experiments for good, with their artifacts, or only says what would go. Part by part, since it may take long;
    /// each part is done when it is returned.</summary>
    /// <param name="dryRun">Nothing is removed.</param>
    /// <param name="olderThan">Only what was deleted so long ago, for example <c>30d</c> or <c>1d2h3m4s</c>. Null: as long ago as the platform's own retention says.</param>
    public async IAsyncEnumerable<PurgePart> PurgeAsync(bool dryRun, string? olderThan = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? token = null;
        do
        {
            var part = await _transport.PostAsync<PurgePart>("mlops/housekeeping/purge", new { dryRun, olderThan, pageToken = token }, cancellationToken);
            yield return part;
            token = part.NextPageToken;
        }
        while (token is not null);
    }
}
