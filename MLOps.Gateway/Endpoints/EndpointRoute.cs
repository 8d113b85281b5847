using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Endpoints;

/// <summary>An endpoint as this process routes to it: immutable, but for the turn of its replicas.</summary>
internal sealed class EndpointRoute
{
    private readonly double[] _cumulative;
    private readonly string[][] _replicas;
    private uint _turn;

    public EndpointRoute(EndpointSnapshot endpoint)
    {
        Endpoint = endpoint;
        _replicas = [.. endpoint.Variants.Select(variant => ReplicaKey.Of(endpoint.Name, variant).Select(key => key.ToString()).ToArray())];
        _cumulative = new double[endpoint.Variants.Count];
        var sum = 0.0;
        for (var i = 0; i < _cumulative.Length; i++)
        {
            _cumulative[i] = sum += endpoint.Variants[i].Spec.Weight;
        }
    }

    public EndpointSnapshot Endpoint { get; }

    /// <summary>The variant with the most traffic: what the endpoint's metadata describes.</summary>
    public VariantState Main => Endpoint.Variants.MaxBy(variant => variant.Spec.Weight)!;

    /// <summary>Chooses who answers: the variant of the version asked for, else by weight; the same caller key always gets the same
    /// variant while the weights stay, and without a key the draw is random.</summary>
    /// <exception cref="MLOpsException">NotFound: no variant serves that version. Unavailable: the endpoint is unloaded.</exception>
    public (VariantState Variant, string ReplicaKey) Pick(string? callerKey, string? version)
    {
        if (Endpoint.Status == EndpointStatus.Unloaded)
        {
            throw new MLOpsException(ProblemCode.Unavailable, $"Endpoint '{Endpoint.Name}' is unloaded: load it first, for example with POST /v2/repository/models/{Endpoint.Name}/load.");
        }

        var index = version is null ? ByWeight(callerKey) : ByVersion(version);
        var replicas = _replicas[index];
        var replica = replicas.Length == 1 ? 0 : (int)(Interlocked.Increment(ref _turn) % (uint)replicas.Length);
        return (Endpoint.Variants[index], replicas[replica]);
    }

    /// <summary>The variant that serves a version, or the main one.</summary>
    /// <exception cref="MLOpsException">NotFound: no variant serves that version.</exception>
    public VariantState Find(string? version) => version is null ? Main : Endpoint.Variants[ByVersion(version)];

    private int ByVersion(string version)
    {
        for (var i = 0; i < Endpoint.Variants.Count; i++)
        {
            if (Endpoint.Variants[i].ModelVersion.ToString(System.Globalization.CultureInfo.InvariantCulture) == version)
            {
                return i;
            }
        }

        throw new MLOpsException(
            ProblemCode.NotFound,
            $"Endpoint '{Endpoint.Name}' serves no version '{new string([.. version.Where(c => !char.IsControl(c)).Take(40)])}': it serves {string.Join(", ", Endpoint.Variants.Select(variant => variant.ModelVersion))}.");
    }

    private int ByWeight(string? callerKey)
    {
        if (_cumulative.Length == 1)
        {
            return 0;
        }

        var draw = callerKey is null ? Random.Shared.NextDouble() : CallerHash.Of(Endpoint.Name, callerKey);
        var at = draw * _cumulative[^1];
        var index = 0;
        while (index < _cumulative.Length - 1 && at >= _cumulative[index])
        {
            index++;
        }

        return index;
    }
}
