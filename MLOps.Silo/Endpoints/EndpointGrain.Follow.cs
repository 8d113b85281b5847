using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;

namespace MLOps.Silo.Endpoints;

/// <summary>Looks for itself whether the registry says something else than what is served: whoever changed it may have died before it told the endpoint, or be another program at the same database.</summary>
internal sealed partial class EndpointGrain
{
    /// <summary>What the registry said when the endpoint could not follow it: that is not tried again until it says something else.</summary>
    private string? _unfollowed;

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
            else if (wanted != _unfollowed && endpoint.StatusMessage != CouldNotFollow(wanted))
            {
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
