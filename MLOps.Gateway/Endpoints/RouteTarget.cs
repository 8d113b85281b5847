using MLOps.Contracts.Endpoints;
using MLOps.Inference.Engine;

namespace MLOps.Gateway.Endpoints;

/// <summary>A variant with its replicas, which take turns.</summary>
internal sealed class RouteTarget(string endpoint, VariantState variant, VariantStatistics statistics)
{
    private readonly string[] _replicas = [.. ReplicaKey.Of(endpoint, variant).Select(key => key.ToString())];
    private uint _turn;

    public VariantState Variant => variant;

    public VariantStatistics Statistics => statistics;

    /// <summary>The replica of a sequence, always the same one, since it keeps the sequence's state; else the next.</summary>
    public string Replica(string? sequence, InferenceEngine? engine) => sequence is null || _replicas.Length == 1
        ? NextReplica(engine)
        : _replicas[(int)(CallerHash.Of($"{endpoint}/sequence", sequence) * _replicas.Length)];

    /// <summary>The next replica; one whose model is loaded in this process, where there is one.</summary>
    /// <param name="engine">This process's; null: there is none.</param>
    public string NextReplica(InferenceEngine? engine)
    {
        if (_replicas.Length == 1)
        {
            return _replicas[0];
        }

        var turn = Interlocked.Increment(ref _turn);
        if (engine is not null)
        {
            for (uint i = 0; i < _replicas.Length; i++)
            {
                var replica = _replicas[(turn + i) % (uint)_replicas.Length];
                if (engine.Find(replica) is not null)
                {
                    return replica;
                }
            }
        }

        return _replicas[turn % (uint)_replicas.Length];
    }
}
