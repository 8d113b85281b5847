using System.Collections.Concurrent;
using MLOps.Inference.Engine;

namespace MLOps.Inference.Tests;

internal sealed class RecordingObserver : IEngineObserver
{
    public ConcurrentQueue<string> Evicted { get; } = [];

    public ConcurrentQueue<string> Degraded { get; } = [];

    public void OnEvicted(string key, long bytes) => Evicted.Enqueue(key);

    public void OnDegraded(string reason) => Degraded.Enqueue(reason);
}
