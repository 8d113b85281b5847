using System.Collections.Concurrent;
using System.Diagnostics;
using MLOps.Connections.Links;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Hosting;
using Orleans.Runtime;

namespace MLOps.Gateway.Endpoints;

/// <summary>Calls of replicas in other processes: over a link to the silo that has the replica, where it is known and one is free, else by a grain call, whose answer says where the link is (docs/decisions/0028).</summary>
internal sealed class ReplicaCalls(IGrainFactory grains, LinkClient links, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Pulse = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, KnownLink> _known = new();
    private readonly Lock _lock = new();
    private ITimer? _sweeper;

    /// <summary>Runs a request in a replica.</summary>
    /// <param name="message">The encoded request.</param>
    /// <param name="mayRepeat">Whether it may be run twice.</param>
    /// <param name="byGrain">Whether it goes by a grain call whatever is known, because another call stays silent: the grain finds out whether the silo is there.</param>
    /// <exception cref="MLOpsException">As <see cref="IModelReplicaGrain.InferAsync"/>.</exception>
    /// <exception cref="TimeoutException">No answer came in 30 s.</exception>
    /// <exception cref="OrleansException">No answer came; of a request that may not be repeated nobody knows whether it was run.</exception>
    public Task<ReplicaAnswer> InferAsync(string replica, byte[] message, bool mayRepeat, bool byGrain = false)
    {
        if (!byGrain && _known.TryGetValue(replica, out var known))
        {
            known.IsUsed = true;
            if (links.TryCall(known.Address, new LinkRequest(replica, message, Activity.Current?.Id), out var answer))
            {
                return AwaitAsync(replica, known, answer, message, mayRepeat);
            }
        }

        return AskGrainAsync(replica, message);
    }

    /// <summary>From now on the replica is asked there.</summary>
    public void Learn(string replica, LinkAddress address)
    {
        if (_known.TryGetValue(replica, out var known) && known.Address == address)
        {
            return;
        }

        _known[replica] = new KnownLink(address) { IsUsed = true };
        lock (_lock)
        {
            if (_sweeper is null)
            {
                using (ExecutionContext.SuppressFlow())
                {
                    _sweeper = time.CreateTimer(_ => Sweep(), null, Pulse, Pulse);
                }
            }
        }
    }

    public void Dispose() => _sweeper?.Dispose();

    private async Task<ReplicaAnswer> AwaitAsync(string replica, KnownLink known, Task<LinkAnswer> call, byte[] message, bool mayRepeat)
    {
        try
        {
            var answer = await call;
            switch (answer.Status)
            {
                case LinkStatus.Answered:
                    return new ReplicaAnswer(answer.Payload, answer.Time ?? TimeSpan.Zero);
                case LinkStatus.Refused:
                    throw new MLOpsException((ProblemCode)answer.Code, answer.Message) { RetryAfter = answer.Time };
            }
        }
        catch (LinkLostException exception) when (exception.IsSilence)
        {
            // As a grain call's, whose silence may be a dead silo or a slow model: the caller decides.
            Forget(replica, known);
            throw new TimeoutException($"Replica '{replica}': {exception.Message}", exception);
        }
        catch (LinkLostException) when (mayRepeat)
        {
            // By the grain, which knows whether the silo is gone.
        }
        catch (LinkLostException exception)
        {
            Forget(replica, known);
            throw new SiloUnavailableException($"The silo of replica '{replica}' went away during a request: {exception.Message}", exception);
        }

        Forget(replica, known);
        return await AskGrainAsync(replica, message);
    }

    private async Task<ReplicaAnswer> AskGrainAsync(string replica, byte[] message)
    {
        var answer = await GrainReferences<IModelReplicaGrain>.Get(grains, replica).InferAsync(new TensorMessage(message));
        if (LinkAddress.TryParse(answer.Link, out var address))
        {
            Learn(replica, address);
        }

        return new ReplicaAnswer(answer.Payload, answer.Waited);
    }

    private void Forget(string replica, KnownLink known) => _known.TryRemove(KeyValuePair.Create(replica, known));

    /// <summary>Forgets replicas that nobody has asked for since the last time: every deployment has new ones.</summary>
    private void Sweep()
    {
        foreach (var (replica, known) in _known)
        {
            if (!known.IsUsed)
            {
                Forget(replica, known);
            }

            known.IsUsed = false;
        }
    }

    private sealed class KnownLink(LinkAddress address)
    {
        public LinkAddress Address => address;

        public volatile bool IsUsed;
    }
}
