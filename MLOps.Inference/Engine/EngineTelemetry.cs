using System.Diagnostics;

namespace MLOps.Inference.Engine;

/// <summary>A span for each request that a model runs, where somebody collects them.</summary>
public static class EngineTelemetry
{
    public const string Name = "MLOps.Inference";

    private static readonly ActivitySource Source = new(Name);

    /// <returns>Null when nobody collects spans: the question costs some nanoseconds.</returns>
    internal static Activity? Start(string key) => Source.StartActivity("inference run")?.SetTag("mlops.replica", key);

    /// <summary>A span for a request that came from another process, beneath the caller's.</summary>
    /// <param name="traceParent">The caller's span, as W3C's header of that name; null: it is not traced.</param>
    /// <returns>Null when nobody collects spans, or the caller is not traced.</returns>
    public static Activity? StartRemote(string key, string? traceParent) => traceParent is null
        ? null
        : Source.StartActivity("inference request", ActivityKind.Server, traceParent)?.SetTag("mlops.replica", key);
}
