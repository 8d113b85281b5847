using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace MLOps.Connections.Links;

/// <summary>Links to other processes of the platform. A request is given to a link that is free, or not at all: nobody waits for a connection.</summary>
public sealed class LinkClient : IDisposable
{
    private static readonly TimeSpan Pulse = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<LinkAddress, LinkPeer> _peers = new();
    private readonly SocketConnections _sockets;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _sweeper;

    public LinkClient(SocketConnections sockets, TimeProvider time, ILogger<LinkClient> logger)
    {
        (_sockets, _time, _logger) = (sockets, time, logger);
        using (ExecutionContext.SuppressFlow())
        {
            _sweeper = time.CreateTimer(_ => Sweep(), null, Pulse, Pulse);
        }
    }

    /// <summary>Links that there are.</summary>
    public int Count => _peers.Values.Sum(peer => peer.Count);

    /// <summary>Sends the request, if a link is free; else one more is opened behind the caller's back, and this request has to go another way.</summary>
    /// <param name="answer">What waits for it goes on at once on the thread that receives the answer, and must not block it. It fails with <see cref="LinkLostException"/>.</param>
    public bool TryCall(LinkAddress address, LinkRequest request, [NotNullWhen(true)] out Task<LinkAnswer>? answer)
    {
        answer = _peers.GetOrAdd(address, static (to, client) => new LinkPeer(to, client._sockets, client._time, client._logger), this).TryCall(request);
        return answer is not null;
    }

    public void Dispose()
    {
        _sweeper.Dispose();
        foreach (var peer in _peers.Values)
        {
            peer.Dispose();
        }
    }

    private void Sweep()
    {
        foreach (var (address, peer) in _peers)
        {
            if (peer.Sweep())
            {
                // Whoever holds it still is told that no link is free, and none is opened.
                _peers.TryRemove(KeyValuePair.Create(address, peer));
                peer.Dispose();
            }
        }
    }
}
