using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;

namespace MLOps.Silo.Endpoints;

/// <summary>Looks for itself whether the registry says something else than what is served: whoever changed it may have died before it told the endpoint, or be another program at the same database.</summary>
internal sealed partial class EndpointGrain
{
    /// <summary>Looks that pass before what could not be followed is tried again, and with every try in vain twice as many.</summary>
    private const int FirstPause = 4;

    /// <summary>Half an hour of looks every 30 s.</summary>
    private const int LongestPause = 64;

    /// <summary>What the registry said when the endpoint could not follow it.</summary>
    private string? _unfollowed;

    private int _pause;
    private int _looksLeft;

    private IGrainTimer? _follower;

    private void StartFollowing()
    {
        if (_follower is null && _registry.FollowInterval > TimeSpan.Zero)
        {
            _follower = this.RegisterGrainTimer(
                FollowAsync,
                new GrainTimerCreationOptions { DueTime = _registry.FollowInterval < Pulse ? _registry.FollowInterval : Pulse, Period = _registry.FollowInterval, KeepAlive = true });
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        if (_current is not { Status: EndpointStatus.Ready } endpoint)
        {
            return;
        }

        try
        {
            if (await UnservedAsync(endpoint, cancellationToken) is not { } wanted)
            {
                _unfollowed = null;
                if (endpoint.StatusMessage?.StartsWith(CouldNotFollow(""), StringComparison.Ordinal) == true)
                {
                    await WriteAsync(endpoint with { StatusMessage = null, Revision = NextRevision() });
                }
            }
            else if (endpoint.StatusMessage != CouldNotFollow(wanted) && (wanted != _unfollowed || --_looksLeft <= 0))
            {
                _pause = wanted == _unfollowed ? Math.Min(2 * _pause, LongestPause) : FirstPause;
                _looksLeft = _pause;
                LogFollows(_logger, Name, wanted);
                var after = await RefreshAsync();
                _unfollowed = await UnservedAsync(after, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is MLOpsException or OrleansException or TimeoutException)
        {
            LogNotAdvanced(_logger, exception, Name);
        }
    }

    /// <summary>What stages, aliases and latest versions mean now, where that is not what is served.</summary>
    /// <returns>Null: the endpoint serves it. Where they cannot be resolved any more: why.</returns>
    private async Task<string?> UnservedAsync(EndpointSnapshot endpoint, CancellationToken cancellationToken)
    {
        try
        {
            var wanted = new List<VariantState>();
            var isServed = true;
            foreach (var variant in endpoint.Variants.Where(variant => ModelUri.Parse(variant.Spec.ModelUri).Follows))
            {
                var now = await _resolver.ResolveAsync(variant.Spec, cancellationToken);
                isServed &= IsSame(variant, now);
                wanted.Add(now);
            }

            return isServed ? null : string.Join(", ", wanted.Select(variant => $"{variant.Spec.Name}={variant.ModelName} {variant.ModelVersion} at {variant.Source}"));
        }
        catch (MLOpsException exception) when (exception.Code is ProblemCode.NotFound or ProblemCode.InvalidState)
        {
            return exception.Message;
        }
    }

    private static string CouldNotFollow(string reason) => $"Could not follow the registry: {reason}";
}
