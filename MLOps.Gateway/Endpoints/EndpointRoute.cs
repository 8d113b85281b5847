using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Endpoints;

/// <summary>An endpoint as this process routes to it: immutable, but for the turn of its replicas and what its variants count.</summary>
internal sealed class EndpointRoute
{
    private readonly RouteTarget[] _live;
    private readonly double[] _cumulative;

    /// <param name="endpoint">As its grain says it is.</param>
    /// <param name="statistics">Of the endpoint in this process.</param>
    /// <param name="before">The route that this one follows: requests that it let in count against the same limits.</param>
    /// <param name="time">For the limits.</param>
    public EndpointRoute(EndpointSnapshot endpoint, EndpointStatistics statistics, EndpointRoute? before, TimeProvider time)
    {
        Endpoint = endpoint;
        Statistics = statistics;
        RouteTarget Target(VariantState variant) => new(endpoint.Name, variant, statistics.Of(variant));
        _live = [.. endpoint.Variants.Where(variant => variant.Spec.Role == VariantRole.Live).Select(Target)];
        Shadows = [.. endpoint.Variants.Where(variant => variant.Spec is { Role: VariantRole.Shadow, SampleRate: > 0 }).Select(Target)];
        _cumulative = new double[_live.Length];
        var sum = 0.0;
        for (var i = 0; i < _cumulative.Length; i++)
        {
            _cumulative[i] = sum += _live[i].Variant.Spec.Weight;
        }

        Main = _live.MaxBy(target => target.Variant.Spec.Weight)!.Variant;
        Reference = endpoint.ReferenceVariant();
        Admission = endpoint.Limits is not { } limits ? null
            : before?.Admission is { } known && known.Limits == limits ? known
            : new Admission(endpoint.Name, limits, time);
        RecordsEvery = endpoint.Trial != 0 || endpoint.Capture is { EveryRequest: true };
        CaptureRate = endpoint.Capture?.SampleRate ?? 0;
    }

    public EndpointSnapshot Endpoint { get; }

    public EndpointStatistics Statistics { get; }

    /// <summary>The live variant with the most traffic: what the endpoint's metadata describes.</summary>
    public VariantState Main { get; }

    /// <summary>Whose inputs callers are taken to know.</summary>
    public VariantState Reference { get; }

    /// <summary>Variants that get copies of requests.</summary>
    public RouteTarget[] Shadows { get; }

    /// <summary>Null: the endpoint has no limits.</summary>
    public Admission? Admission { get; }

    /// <summary>Whether every request's id is remembered.</summary>
    public bool RecordsEvery { get; }

    /// <summary>Share of the requests whose payload is kept.</summary>
    public double CaptureRate { get; }

    /// <summary>Chooses who answers: the variant of the version asked for, else by weight; the same caller key always gets the same
    /// variant while the weights stay, and without a key the draw is random. A sequence's state is in one variant's replica,
    /// so its id chooses the variant where no caller key does.</summary>
    /// <exception cref="MLOpsException">NotFound: no variant serves that version. Unavailable: the endpoint is unloaded.</exception>
    public RouteTarget Pick(string? callerKey, string? version, string? sequence = null)
    {
        CheckLoaded();
        return version is null ? ByWeight(callerKey ?? sequence) : ByVersion(version);
    }

    /// <summary>Who answers the request: the variant that its inputs were made for, else as the other overload chooses.</summary>
    /// <exception cref="MLOpsException">NotFound: no variant serves that version. Unavailable: the endpoint is unloaded.</exception>
    /// <exception cref="VariantChangedException">The variant serves another version by now, or none.</exception>
    public RouteTarget Pick(PredictionRequest request)
    {
        if (request.Variant is not { } variant)
        {
            return Pick(request.CallerKey, request.Version, request.Sequence?.Id);
        }

        CheckLoaded();
        return _live.FirstOrDefault(target => IsSame(target, variant)) ?? throw new VariantChangedException();
    }

    /// <summary>Who answers a request that was given to somebody before and has no answer: the same variant while it is served and gets traffic, or else its hangs and failures were another's.</summary>
    /// <param name="before">Of this route or one before it; null: nobody yet.</param>
    /// <exception cref="MLOpsException">As <see cref="Pick(PredictionRequest)"/>.</exception>
    /// <exception cref="VariantChangedException">As <see cref="Pick(PredictionRequest)"/>.</exception>
    public RouteTarget PickAgain(PredictionRequest request, RouteTarget? before)
    {
        if (before is null || _live.FirstOrDefault(target => IsSame(target, before.Variant)) is not { Variant.Spec.Weight: > 0 } same)
        {
            return Pick(request);
        }

        CheckLoaded();
        return same;
    }

    /// <summary>The variant that serves a version, or the main one.</summary>
    /// <exception cref="MLOpsException">NotFound: no variant serves that version.</exception>
    public VariantState Find(string? version) => version is null ? Main : ByVersion(version).Variant;

    /// <summary>Refuses a version that nobody serves.</summary>
    /// <exception cref="MLOpsException">NotFound: no variant serves that version.</exception>
    public void CheckServes(string? version) => _ = Find(version);

    /// <summary>Model and version of every variant that can be asked, which a shadow cannot.</summary>
    public IEnumerable<(string Model, int Version)> Served => _live.Select(target => (target.Variant.ModelName, target.Variant.ModelVersion)).Distinct();

    /// <summary>The versions that can be asked for.</summary>
    public IEnumerable<string> Versions => Served.Select(served => served.Version.ToString(System.Globalization.CultureInfo.InvariantCulture)).Distinct();

    private static bool IsSame(RouteTarget target, VariantState variant) => target.Variant.Spec.Name == variant.Spec.Name && target.Variant.LoadRevision == variant.LoadRevision;

    private void CheckLoaded()
    {
        if (Endpoint.Status == EndpointStatus.Unloaded)
        {
            throw new MLOpsException(ProblemCode.Unavailable, $"Endpoint '{Endpoint.Name}' is unloaded: load it first, for example with POST /v2/repository/models/{Endpoint.Name}/load.") { RetryAfter = Timeout.InfiniteTimeSpan };
        }
    }

    private RouteTarget ByVersion(string version)
    {
        foreach (var target in _live)
        {
            if (target.Variant.ModelVersion.ToString(System.Globalization.CultureInfo.InvariantCulture) == version)
            {
                return target;
            }
        }

        throw new MLOpsException(
            ProblemCode.NotFound,
            $"Endpoint '{Endpoint.Name}' serves no version '{new string([.. version.Where(c => !char.IsControl(c)).Take(40)])}': it serves {string.Join(", ", _live.Select(target => target.Variant.ModelVersion))}.");
    }

    private RouteTarget ByWeight(string? callerKey)
    {
        if (_live.Length == 1)
        {
            return _live[0];
        }

        var draw = callerKey is null ? Random.Shared.NextDouble() : CallerHash.Of(Endpoint.Name, callerKey);
        var at = draw * _cumulative[^1];
        var index = 0;
        while (index < _cumulative.Length - 1 && at >= _cumulative[index])
        {
            index++;
        }

        return _live[index];
    }
}
