using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace MLOps.Testing;

/// <summary>What one instrument of one host measures while this lives: a process may run several hosts, each with a meter of the same name.</summary>
public sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(double Value, string Tags)> _seen = new();

    /// <param name="meters">The host's own.</param>
    /// <param name="instrument">By its name.</param>
    public Measurements(IMeterFactory meters, string instrument)
    {
        _listener.InstrumentPublished = (published, listener) =>
        {
            if (published.Name == instrument && published.Meter.Scope == meters)
            {
                listener.EnableMeasurementEvents(published);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Record(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, _) => Record(value, tags));
        _listener.Start();
    }

    /// <summary>In order of time, each with its tags as <c>name=value</c>, by name and separated by spaces.</summary>
    public IReadOnlyList<(double Value, string Tags)> Seen => [.. _seen];

    public void Dispose() => _listener.Dispose();

    private void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _seen.Enqueue((value, string.Join(' ', tags.ToArray().OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}"))));
}
