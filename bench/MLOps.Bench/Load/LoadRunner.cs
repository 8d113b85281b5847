using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace MLOps.Bench.Load;

/// <summary>Closed-loop load: each connection sends its next request when the last one is answered.</summary>
/// <param name="calls">Measured calls of each connection; null: as many as <paramref name="measured"/> allows.</param>
/// <param name="processors">Whose processor time a call costs; null: nobody asks.</param>
/// <param name="results">Takes every scenario's figures, for programs; null: nobody asks.</param>
internal sealed class LoadRunner(Uri baseUrl, int connections, TimeSpan warmup, TimeSpan measured, int? calls, ProcessorMeter? processors = null, Action<LoadResult>? results = null)
{
    /// <summary>How long calls may take that are under way when the measured time ends. Default: 30 s.</summary>
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(30);

    /// <inheritdoc cref="DefaultPatience"/>
    public TimeSpan Patience { get; init; } = DefaultPatience;

    /// <returns>0, or 1 when a scenario had errors or an unknown name was given.</returns>
    public async Task<int> RunAsync(IReadOnlyList<Scenario> scenarios, IReadOnlyCollection<string> only, TextWriter output, CancellationToken cancellationToken)
    {
        if (only.Except(scenarios.Select(scenario => scenario.Name)).FirstOrDefault() is { } unknown)
        {
            await Console.Error.WriteLineAsync($"bench: no scenario '{unknown}': choose from {string.Join(", ", scenarios.Select(scenario => scenario.Name))}");
            return 1;
        }

        await WriteHeadAsync(output);
        var failed = false;
        foreach (var scenario in scenarios.Where(scenario => only.Count == 0 || only.Contains(scenario.Name)))
        {
            failed |= (await MeasureAsync(scenario, output, cancellationToken)).Errors > 0;
        }

        return failed ? 1 : 0;
    }

    public async Task WriteHeadAsync(TextWriter output)
    {
        await output.WriteLineAsync($"{baseUrl}  {connections} connections, {(calls is null ? $"{measured.TotalSeconds:0.#} s" : $"{calls} calls each")} after {warmup.TotalSeconds:0.#} s of warm-up, {Environment.ProcessorCount} cores");
        await output.WriteLineAsync($"{"scenario",-24}{"req/s",10}{"p50 ms",10}{"p95 ms",10}{"p99 ms",10}{"p99.9",10}{"max ms",10}{"errors",8}");
    }

    /// <returns>All latencies in ms, ascending, and how many requests failed. They are those of the calls that began in the measured time.</returns>
    public async Task<(double[] Latencies, long Errors)> MeasureAsync(Scenario scenario, TextWriter output, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var recorders = Enumerable.Range(0, connections).Select(_ => new LatencyRecorder()).ToArray();
        var phase = new Phase();
        var workers = Task.WhenAll(recorders.Select((recorder, worker) => Task.Run(() => WorkAsync(scenario, worker, recorder, phase, stop.Token), CancellationToken.None)));
        double elapsed;
        double[]? before, after;
        try
        {
            await Task.Delay(warmup, cancellationToken);
            before = processors?.Read();
            var clock = Stopwatch.StartNew();
            phase.IsMeasured = true;
            await (calls is null ? Task.WhenAny(workers, Task.Delay(measured, cancellationToken)) : workers);
            elapsed = clock.Elapsed.TotalSeconds;
            after = processors?.Read();

            // The slowest calls are those that are still under way: without them a server that hangs would look fast.
            phase.IsOver = true;
            stop.CancelAfter(Patience);
            await workers;
        }
        finally
        {
            await stop.CancelAsync();
            await workers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var latencies = LatencyRecorder.Merge(recorders);
        var errors = recorders.Sum(recorder => recorder.Errors);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{scenario.Name,-24}{latencies.Length / elapsed,10:0}{Percentile.Column(latencies, .5),10}{Percentile.Column(latencies, .95),10}{Percentile.Column(latencies, .99),10}{Percentile.Column(latencies, .999),10}{Percentile.Column(latencies, 1),10}{errors,8}"));
        if (errors > 0)
        {
            await output.WriteLineAsync($"  first error: {recorders.Select(recorder => recorder.FirstError).First(error => error is not null)}");
        }
        else if (latencies.Length == 0)
        {
            await output.WriteLineAsync("  every connection was busy with one call all the while: give it more --seconds");
        }

        var costs = new Dictionary<string, double>();
        for (var role = 0; role < processors?.Roles.Count && latencies.Length > 0; role++)
        {
            costs[processors.Roles[role]] = (after![role] - before![role]) * 1e6 / latencies.Length;
        }

        if (costs.Count > 0)
        {
            await output.WriteLineAsync("  processor \u00b5s a call: " + string.Join(", ", costs.Select(cost => string.Create(CultureInfo.InvariantCulture, $"{cost.Key} {cost.Value:0}"))));
        }

        if (errors == 0 && latencies.Length > 0)
        {
            results?.Invoke(new LoadResult(scenario.Name, connections, latencies.Length / elapsed, Percentile.At(latencies, .5), Percentile.At(latencies, .99), costs));
        }

        return (latencies, errors);
    }

    private async Task WorkAsync(Scenario scenario, int worker, LatencyRecorder recorder, Phase phase, CancellationToken stop)
    {
        var recorded = 0;
        ILoadConnection? connection = null;
        try
        {
            for (var call = 0L; recorded != calls && !phase.IsOver && !stop.IsCancellationRequested; call++)
            {
                var request = scenario.Request(worker, call);
                var record = phase.IsMeasured;
                recorded += record ? 1 : 0;
                var startedAt = Stopwatch.GetTimestamp();
                string? failure;
                try
                {
                    connection ??= scenario.Open is { } open ? await open(stop) : await RawConnection.OpenAsync(baseUrl, stop);
                    var (status, error) = await connection.SendAsync(request, stop);
                    failure = status < 400 ? null : $"{status} {error}";
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    (failure, record) = ($"no answer, not even {Patience.TotalSeconds} s after the end", true);
                }
                catch (Exception exception) when (exception is IOException or SocketException)
                {
                    failure = exception.Message;
                    connection?.Dispose();
                    connection = null;
                }

                if (record && failure is null)
                {
                    recorder.Success(startedAt);
                }
                else if (record)
                {
                    recorder.Failure(failure!);
                }
            }
        }
        finally
        {
            connection?.Dispose();
        }
    }

    /// <summary>Where the workers are; read and written without a lock, a call more or less does not matter.</summary>
    private sealed class Phase
    {
        private volatile bool _isMeasured;
        private volatile bool _isOver;

        /// <summary>Whether calls that begin now are recorded.</summary>
        public bool IsMeasured
        {
            get => _isMeasured;
            set => _isMeasured = value;
        }

        /// <summary>Whether no more calls begin.</summary>
        public bool IsOver
        {
            get => _isOver;
            set => _isOver = value;
        }
    }
}
