using MLOps.Client.Runs;

namespace MLOps.Client.SystemMetrics;

/// <summary>Logs how busy the machine is while a run is open. Steps count what was logged, from 0.</summary>
internal sealed class SystemMetricsSampler : IAsyncDisposable
{
    private readonly IReadOnlyList<ISystemMetricSource> _sources;
    private readonly Dictionary<string, (double Sum, int Count)> _sums = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _prefix;
    private Task _sampling = Task.CompletedTask;

    internal SystemMetricsSampler(SystemMetricsOptions options, IReadOnlyList<ISystemMetricSource> sources)
    {
        _sources = sources;
        _prefix = SystemMetricsOptions.Prefix + (options.NodeId is null ? "" : options.NodeId + "/");
    }

    /// <param name="firstStep">0, or where a continued run's values ended.</param>
    public static SystemMetricsSampler Start(ActiveRun run, SystemMetricsOptions options, long firstStep, TimeProvider time)
    {
        var sampler = new SystemMetricsSampler(options, [new ProcessorSource(), new MemorySource(), new DiskSource(), new NetworkSource(), new NvidiaSource()]);
        sampler._sampling = Task.Run(() => sampler.SampleAsync(run, options, firstStep, time));
        return sampler;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sampling;
        _stop.Dispose();
    }

    /// <summary>Looks once.</summary>
    internal void Sample()
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var source in _sources)
        {
            try
            {
                source.Read(values);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                // What a system does not let be read, or writes in another form, is left out: watching must not end what is watched.
            }
        }

        foreach (var (name, value) in values)
        {
            var (sum, count) = _sums.GetValueOrDefault(name);

            // Network counts are totals already: their newest value is the one that says something.
            _sums[name] = name.StartsWith("network_", StringComparison.Ordinal) ? (value, 1) : (sum + value, count + 1);
        }
    }

    /// <summary>The means of the looks since the last call, with the prefix, rounded to a tenth.</summary>
    internal IReadOnlyDictionary<string, double> Take()
    {
        var means = _sums.ToDictionary(pair => _prefix + pair.Key, pair => Math.Round(pair.Value.Sum / pair.Value.Count, 1), StringComparer.Ordinal);
        _sums.Clear();
        return means;
    }

    private async Task SampleAsync(ActiveRun run, SystemMetricsOptions options, long step, TimeProvider time)
    {
        using var timer = new PeriodicTimer(options.SamplingInterval, time);
        try
        {
            // Shares of time are told between two looks: this one only starts the clock.
            Sample();
            _sums.Clear();
            for (var looks = 1; await timer.WaitForNextTickAsync(_stop.Token); looks++)
            {
                Sample();
                if (looks % options.SamplesBeforeLogging == 0)
                {
                    run.LogMetrics(Take(), step++);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The run ends.
        }
    }
}
