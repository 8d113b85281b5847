using Microsoft.Extensions.Logging;

namespace MLOps.Silo.Housekeeping;

internal sealed partial class Purger
{
    [LoggerMessage(LogLevel.Information, "Run {RunId} of experiment {ExperimentId} is removed for good, and its artifacts at {ArtifactUri} with it")]
    private static partial void LogRunGone(ILogger logger, string runId, string experimentId, string artifactUri);

    [LoggerMessage(LogLevel.Information, "Experiment {ExperimentId} '{ExperimentName}' is removed for good")]
    private static partial void LogExperimentGone(ILogger logger, string experimentId, string experimentName);

    [LoggerMessage(LogLevel.Warning, "The artifacts of {OwnerId} at {ArtifactUri} are left when everything else of it is gone: {Reason}")]
    private static partial void LogArtifactsStay(ILogger logger, string ownerId, string artifactUri, string reason);

    [LoggerMessage(LogLevel.Warning, "The artifacts of {OwnerId} at {ArtifactUri} could not be removed: tried again with the next purge")]
    private static partial void LogArtifactsLeft(ILogger logger, Exception exception, string ownerId, string artifactUri);
}
