using System.Diagnostics;

namespace MLOps.Inference.Engine;

/// <summary>A span for each request that a model runs, where somebody collects them.</summary>
internal static class EngineTelemetry
{
    public const string Name = "MLOps.Inference";

    private static readonly ActivitySource Source = new(Name);

    /// <returns>Null when nobody collects spans: the question costs some nanoseconds.</returns>
    public static Activity? Start(string key) => Source.StartActivity("inference run")?.SetTag("mlops.replica", key);
}
