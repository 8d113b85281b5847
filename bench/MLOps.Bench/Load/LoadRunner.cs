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

    /// <returns>All latencies in ms, ascending, and how many requests failed.</returns>
    public async Task<(double[] Latencies, long Errors)> MeasureAsync(Scenario scenario, TextWriter output, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var recorders = Enumerable.Range(0, connections).Select(_ => new LatencyRecorder()).ToArray();
        var measuring = new StrongBox();
        var workers = recorders.Select((recorder, worker) => Task.Run(() => WorkAsync(scenario, worker, recorder, measuring, stop.Token), CancellationToken.None)).ToArray();

        await Task.Delay(warmup, cancellationToken);
        var before = processors?.Read();
        var clock = Stopwatch.StartNew();
        measuring.On = true;
        if (calls is null)
        {
            await Task.Delay(measured, cancellationToken);
            measuring.On = false;
        }
        else
        {
            await Task.WhenAll(workers);
        }

        var elapsed = clock.Elapsed.TotalSeconds;
        var after = processors?.Read();
        await stop.CancelAsync();
        await Task.WhenAll(workers);

        var latencies = LatencyRecorder.Merge(recorders);
        var errors = recorders.Sum(recorder => recorder.Errors);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{scenario.Name,-24}{latencies.Length / elapsed,10:0}{At(latencies, .5),10:0.000}{At(latencies, .95),10:0.000}{At(latencies, .99),10:0.000}{At(latencies, .999),10:0.000}{At(latencies, 1),10:0.000}{errors,8}"));
        if (errors > 0)
        {
            await output.WriteLineAsync($"  first error: {recorders.Select(recorder => recorder.FirstError).First(error => error is not null)}");
        }

        var costs = new Dictionary<string, double>();
        for (var role = 0; role < processors?.Roles.Count; role++)
        {
            costs[processors.Roles[role]] = (after![role] - before![role]) * 1e6 / latencies.Length;
        }

        if (costs.Count > 0)
        {
            await output.WriteLineAsync("  processor \u00b5s a call: " + string.Join(", ", costs.Select(cost => string.Create(CultureInfo.InvariantCulture, $"{cost.Key} {cost.Value:0}"))));
        }

        results?.Invoke(new LoadResult(scenario.Name, connections, latencies.Length / elapsed, At(latencies, .5), At(latencies, .99), costs));
        return (latencies, errors);
    }

    private async Task WorkAsync(Scenario scenario, int worker, LatencyRecorder recorder, StrongBox measuring, CancellationToken stop)
    {
        var recorded = 0;
        ILoadConnection? connection = null;
        for (var call = 0L; recorded != calls && !stop.IsCancellationRequested; call++)
        {
            var request = scenario.Request(worker, call);
            var record = measuring.On;
            recorded += record ? 1 : 0;
            var startedAt = Stopwatch.GetTimestamp();
            try
            {
                connection ??= scenario.Open is { } open ? await open(stop) : await RawConnection.OpenAsync(baseUrl, stop);
                var (status, error) = await connection.SendAsync(request, stop);
                if (record && status < 400)
                {
                    recorder.Success(startedAt);
                }
                else if (record)
                {
                    recorder.Failure($"{status} {error}");
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                recorder.Failure(exception.Message);
                connection?.Dispose();
                connection = null;
            }
        }

        connection?.Dispose();
    }

    public static double At(double[] sorted, double quantile) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Clamp((int)Math.Ceiling(quantile * sorted.Length) - 1, 0, sorted.Length - 1)];

    /// <summary>Whether workers record; read and written without a lock, a call more or less does not matter.</summary>
    private sealed class StrongBox
    {
        private volatile bool _on;

        public bool On
        {
            get => _on;
            set => _on = value;
        }
    }
}
