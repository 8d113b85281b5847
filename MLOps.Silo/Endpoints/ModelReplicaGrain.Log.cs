using Microsoft.Extensions.Logging;

namespace MLOps.Silo.Endpoints;

internal sealed partial class ModelReplicaGrain
{
    [LoggerMessage(LogLevel.Information, "Replica {ReplicaKey} loaded {ModelName} version {ModelVersion}, {ModelBytes} bytes")]
    private static partial void LogLoaded(ILogger logger, string replicaKey, string modelName, int modelVersion, int modelBytes);

    [LoggerMessage(LogLevel.Information, "Replica {ReplicaKey} was not warmed up: {Reason}")]
    private static partial void LogNotWarm(ILogger logger, string replicaKey, string reason);

    [LoggerMessage(LogLevel.Warning, "Replica {ReplicaKey} of endpoint {EndpointName} cannot load {ModelName} version {ModelVersion} again, from {Source}: {Reason}. Its requests are refused with 503 until the artifact is back or another version is deployed")]
    private static partial void LogLost(ILogger logger, string replicaKey, string endpointName, string modelName, int modelVersion, string source, string reason);

    [LoggerMessage(LogLevel.Warning, "Replica {ReplicaKey} cannot take raw rows: the files of {ModelName} version {ModelVersion} do not say what they are made of ({Reason})")]
    private static partial void LogNoRows(ILogger logger, string replicaKey, string modelName, int modelVersion, string reason);
}
