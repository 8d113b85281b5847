using Microsoft.Extensions.Logging;

namespace MLOps.Tracking.Hosting;

internal sealed partial class StoreOpener
{
    [LoggerMessage(LogLevel.Warning, "The default artifact root {ArtifactRoot} has no effect: {Upstream} decides where the artifacts of its experiments are")]
    private static partial void LogRootWithoutEffect(ILogger logger, string artifactRoot, string upstream);
}
