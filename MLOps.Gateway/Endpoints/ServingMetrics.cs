using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using MLOps.Contracts.Endpoints;

namespace MLOps.Gateway.Endpoints;

/// <summary>Counts and times inferences: as instruments of meter <c>MLOps.Serving</c>, and per endpoint for the platform's own API.
/// The names are the platform's; OpenTelemetry has no convention for model servers, so only <c>error.type</c> is standard.</summary>
internal sealed class ServingMetrics
{
    public const string MeterName = "MLOps.Serving";

    private readonly ConcurrentDictionary<string, EndpointStatistics> _statistics = new(StringComparer.Ordinal);
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _rows;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _shadowDropped;
    private readonly Counter<long> _requestsDropped;
    private readonly Counter<long> _rejected;

    private readonly TimeProvider _time;

    public ServingMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create(MeterName);
        _duration = meter.CreateHistogram<double>(
            "mlops.inference.duration",
            "s",
            "Time from the decoded request to the model's answer.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
            });
        _rows = meter.CreateHistogram<double>("mlops.inference.rows.duration", "s", "Time until a version's inputs were made of a request's raw rows.");
        _errors = meter.CreateCounter<long>("mlops.inference.errors", "{request}", "Inferences that failed.");
        _dropped = meter.CreateCounter<long>("mlops.capture.dropped", "{observation}", "Observations that did not reach the endpoint's monitor.");
        _shadowDropped = meter.CreateCounter<long>("mlops.shadow.dropped", "{request}", "Requests that a shadow did not get because its queue was full.");
        _requestsDropped = meter.CreateCounter<long>("mlops.capture.requests.dropped", "{request}", "Requests that were not kept because the queue was full or the store failed.");
        _rejected = meter.CreateCounter<long>("mlops.inference.rejected", "{request}", "Requests turned away by a limit before they reached a model.");
    }

    /// <param name="duration">The call to a silo included.</param>
    public void MadeOfRows(string endpoint, TimeSpan duration) => _rows.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("mlops.endpoint.name", endpoint));

    /// <summary>The statistics that every request to the endpoint counts in.</summary>
    public EndpointStatistics Statistics(string endpoint) => _statistics.GetOrAdd(endpoint, static _ => new EndpointStatistics());

    /// <summary>The endpoint is gone, and what was seen of it: one of the same name begins with nothing.</summary>
    public void Forget(string endpoint) => _statistics.TryRemove(endpoint, out _);

    /// <summary>Zeros when the endpoint was never called here.</summary>
    public EndpointStatistics Of(string endpoint) => _statistics.GetValueOrDefault(endpoint) ?? new EndpointStatistics();

    /// <param name="duration">From when the endpoint let it in to its answer.</param>
    /// <param name="admission">What it waited before, for the endpoint.</param>
    /// <param name="queue">What of the duration it waited in the model's queue.</param>
    /// <param name="batchSize">Rows of the request.</param>
    public void Succeeded(EndpointRoute route, VariantState variant, TimeSpan duration, TimeSpan admission, TimeSpan queue, long batchSize)
    {
        route.Statistics.Success(duration);
        route.Statistics.Version(variant.ModelName, variant.ModelVersion).Success(admission + queue, duration - queue, batchSize, Now());
        if (_duration.Enabled)
        {
            var tags = new TagList
            {
                { "mlops.endpoint.name", route.Endpoint.Name },
                { "mlops.endpoint.variant", variant.Spec.Name },
                { "mlops.model.name", variant.ModelName },
                { "mlops.model.version", variant.ModelVersion },
            };
            _duration.Record(duration.TotalSeconds, tags);
        }
    }

    /// <param name="variant">Whose turn it was; null: none was chosen yet.</param>
    /// <param name="duration">Until the failure.</param>
    public void Failed(EndpointRoute route, string errorType, VariantState? variant = null, TimeSpan duration = default)
    {
        // The route's own, not those by name: a request that ends after its endpoint must not begin new ones.
        route.Statistics.Error();
        if (variant is not null)
        {
            route.Statistics.Version(variant.ModelName, variant.ModelVersion).Failure(duration, Now());
        }

        _errors.Add(1, new TagList { { "mlops.endpoint.name", route.Endpoint.Name }, { "error.type", errorType } });
    }

    public void CaptureDropped(string endpoint, long count) => _dropped.Add(count, new TagList { { "mlops.endpoint.name", endpoint } });

    public void ShadowDropped(string endpoint) => _shadowDropped.Add(1, new TagList { { "mlops.endpoint.name", endpoint } });

    public void RequestsDropped(string endpoint, long count) => _requestsDropped.Add(count, new TagList { { "mlops.endpoint.name", endpoint } });

    public void Rejected(string endpoint, string reason) => _rejected.Add(1, new TagList { { "mlops.endpoint.name", endpoint }, { "error.type", reason } });

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
