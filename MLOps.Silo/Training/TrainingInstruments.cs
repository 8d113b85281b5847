using System.Diagnostics.Metrics;

namespace MLOps.Silo.Training;

/// <summary>OpenTelemetry instruments of training, all in the meter <see cref="MeterName"/>.</summary>
internal sealed class TrainingInstruments
{
    public const string MeterName = "MLOps.Training";

    private readonly UpDownCounter<int> _running;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _retrained;

    public TrainingInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _running = meter.CreateUpDownCounter<int>("mlops.training.job.running", "{job}", "Training jobs at work on this silo");
        _duration = meter.CreateHistogram<double>("mlops.training.job.duration", "s", "From the start of the work to its end, by model and outcome");
        _retrained = meter.CreateCounter<long>("mlops.training.retraining.ended", "{training}", "Trainings of retraining policies that ended, by endpoint and outcome");
    }

    public void OnBegin() => _running.Add(1);

    /// <param name="outcome"><c>completed</c>, <c>stopped</c>, <c>paused</c>, <c>failed</c> or <c>left</c>: the silo stopped or something that it needs did not answer; it goes on later.</param>
    public void OnEnd(string model, string outcome, TimeSpan duration)
    {
        _running.Add(-1);
        _duration.Record(duration.TotalSeconds, new("mlops.training.model", model), new("mlops.training.outcome", outcome));
    }

    /// <param name="outcome"><c>succeeded</c>, <c>rejected</c> (trained, but not better) or <c>failed</c>.</param>
    public void OnRetrained(string endpoint, string outcome) =>
        _retrained.Add(1, new("mlops.endpoint.name", endpoint), new("mlops.training.outcome", outcome));
}
