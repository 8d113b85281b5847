using Microsoft.Extensions.Logging;
using MLOps.Inference.Engine;

namespace MLOps.Silo.Endpoints;

/// <summary>What the silo's engine has to say, in the silo's log.</summary>
internal sealed partial class InferenceEngineLog(ILogger<InferenceEngine> logger) : IEngineObserver
{
    public void OnEvicted(string key, long bytes) => LogEvicted(logger, key, bytes);

    public void OnDegraded(string reason) => LogDegraded(logger, reason);

    [LoggerMessage(LogLevel.Information, "Replica {ReplicaKey} made room for another: {Bytes} bytes by the engine's count")]
    private static partial void LogEvicted(ILogger logger, string replicaKey, long bytes);

    [LoggerMessage(LogLevel.Warning, "{Reason}")]
    private static partial void LogDegraded(ILogger logger, string reason);
}
