using System.Diagnostics.Metrics;
using MLOps.Monitoring.Drift;

namespace MLOps.Silo.Monitoring;

/// <summary>OpenTelemetry instruments of monitoring, all in the meter <see cref="MeterName"/>.</summary>
internal sealed class MonitoringInstruments
{
    public const string MeterName = "MLOps.Monitoring";

    private readonly Histogram<double> _statistic;
    private readonly Counter<long> _alerts;
    private readonly Counter<long> _dropped;

    public MonitoringInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _statistic = meter.CreateHistogram<double>("mlops.monitoring.drift.statistic", "1", "Largest normalised Kolmogorov-Smirnov statistic of a judged window");
        _alerts = meter.CreateCounter<long>("mlops.monitoring.alerts", "{alert}", "Alerts raised");
        _dropped = meter.CreateCounter<long>("mlops.monitoring.observations.dropped", "{observation}", "Observations that no window took, by reason");
    }

    public void OnWindowJudged(string endpoint, WindowVerdict verdict) =>
        _statistic.Record(verdict.Statistic, new("mlops.endpoint.name", endpoint), new("mlops.drifted", verdict.Drifted));

    public void OnAlertRaised(string endpoint, string kind) =>
        _alerts.Add(1, new("mlops.endpoint.name", endpoint), new("mlops.alert.kind", kind));

    public void OnObservationDropped(string endpoint, string reason) =>
        _dropped.Add(1, new("mlops.endpoint.name", endpoint), new KeyValuePair<string, object?>("mlops.reason", reason));
}
