using System.Diagnostics.Metrics;

namespace MLOps.Silo.Batch;

/// <summary>OpenTelemetry instruments of batch inference, all in the meter <see cref="MeterName"/>.</summary>
internal sealed class BatchInstruments
{
    public const string MeterName = "MLOps.Batch";

    private readonly UpDownCounter<int> _running;
    private readonly Counter<long> _rows;
    private readonly Histogram<double> _chunk;

    public BatchInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _running = meter.CreateUpDownCounter<int>("mlops.batch.job.running", "{job}", "Batch jobs at work");
        _rows = meter.CreateCounter<long>("mlops.batch.rows", "{row}", "Rows made durable, by whether they have outputs");
        _chunk = meter.CreateHistogram<double>("mlops.batch.chunk.duration", "s", "Reading, computing and writing one chunk");
    }

    public void OnBegin() => _running.Add(1);

    public void OnEnd() => _running.Add(-1);

    public void OnChunk(string model, int version, BatchPart part)
    {
        KeyValuePair<string, object?> name = new("mlops.model.name", model);
        KeyValuePair<string, object?> number = new("mlops.model.version", version);
        _rows.Add(part.Rows - part.Failed, name, number, new("mlops.batch.failed", false));
        if (part.Failed > 0)
        {
            _rows.Add(part.Failed, name, number, new("mlops.batch.failed", true));
        }

        _chunk.Record(part.Milliseconds / 1_000, name, number);
    }
}
