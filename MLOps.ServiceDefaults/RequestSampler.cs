using OpenTelemetry.Trace;

namespace MLOps.ServiceDefaults;

/// <summary>
/// Traces begin with requests. What a process does of its own accord (statements of Orleans' membership and of whatever looks for work, probes, subscriptions that
/// are renewed) would be thousands of traces of one call each, among which nobody finds the requests'. Under a request everything is recorded.
/// </summary>
internal sealed class RequestSampler : Sampler
{
    /// <summary>ASP.NET Core's name of a request, over HTTP or gRPC. Its kind, a server's, is that of grains' calls too, which come without a trace from callers that are in none.</summary>
    private const string Request = "Microsoft.AspNetCore.Hosting.HttpRequestIn";

    /// <inheritdoc/>
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        new(samplingParameters.Name == Request ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);
}
