using Microsoft.Extensions.Logging;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Rest;

internal sealed partial class UpstreamClient
{
    [LoggerMessage(LogLevel.Debug, "Upstream {Upstream}: {Route} failed ({Reason}), try {Attempt} follows in {Delay}")]
    private static partial void LogRetry(ILogger logger, string upstream, string route, string reason, int attempt, TimeSpan delay);

    [LoggerMessage(LogLevel.Warning, "Upstream {Upstream}: {Route} failed after {Attempts} tries with {Code}: {Reason}")]
    private static partial void LogGaveUp(ILogger logger, string upstream, string route, int attempts, ProblemCode code, string reason);
}
