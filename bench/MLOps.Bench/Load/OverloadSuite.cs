using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace MLOps.Bench.Load;

/// <summary>What an endpoint with limits does when more is asked than it can: alone, at saturation, and at twice the saturated rate.
/// The last is an open loop: requests are due at fixed times, whatever became of those before, and one that finds no free connection counts from when it was due.</summary>
internal sealed class OverloadSuite(Uri baseUrl, Scenario scenario, int connections, TimeSpan warmup, TimeSpan measured)
{
    private const int Overload = 2;
    private const int ServiceUnavailable = 503;

    /// <returns>0, or 1 when a request failed otherwise than by being refused, or all were.</returns>
    public async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync($"{baseUrl}  {measured.TotalSeconds:0.#} s each after {warmup.TotalSeconds:0.#} s of warm-up, {Environment.ProcessorCount} cores");
        await output.WriteLineAsync($"{"load",-24}{"asked/s",10}{"done/s",10}{"refused/s",10}{"p50 ms",10}{"p99 ms",10}{"p99.9",10}{"max ms",10}{"errors",8}");
        var unloaded = await RunAsync("unloaded", 1, null, output, cancellationToken);
        var saturated = await RunAsync("saturated", connections, null, output, cancellationToken);
        if (unloaded.Latencies.Length == 0 || saturated.Latencies.Length == 0)
        {
            await Console.Error.WriteLineAsync("bench: no request was accepted, so there is no rate to double");
            return 1;
        }

        var rate = Overload * saturated.Latencies.Length / measured.TotalSeconds;

        // Enough connections that one is free when a request is due, even if every one takes as long as the slowest before.
        var pool = Math.Clamp((int)Math.Ceiling(rate * Percentile.At(saturated.Latencies, 1) / 1000), connections, 512);
        var overloaded = await RunAsync("twice saturation", pool, rate, output, cancellationToken);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"p99 of accepted requests at twice saturation is {Percentile.At(overloaded.Latencies, .99) / Percentile.At(unloaded.Latencies, .99):0.00} times the unloaded one"));
        return unloaded.Errors + saturated.Errors + overloaded.Errors == 0 ? 0 : 1;
    }

    /// <param name="rate">Requests a second over all workers; null: each as soon as the one before is answered.</param>
    private async Task<(double[] Latencies, long Errors)> RunAsync(string name, int workers, double? rate, TextWriter output, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(warmup + measured + LoadRunner.DefaultPatience);
        var start = Stopwatch.GetTimestamp();
        var from = start + (long)(warmup.TotalSeconds * Stopwatch.Frequency);
        var until = from + (long)(measured.TotalSeconds * Stopwatch.Frequency);
        var callers = Enumerable.Range(0, workers).Select(_ => new Caller(baseUrl)).ToArray();
        var next = -1L;
        await Task.WhenAll(callers.Select((caller, worker) => Task.Run(
            async () =>
            {
                using (caller)
                {
                    await caller.OpenAsync(stop.Token);
                    for (var call = 0L; Stopwatch.GetTimestamp() < until && !stop.IsCancellationRequested; call++)
                    {
                        var due = Stopwatch.GetTimestamp();
                        if (rate is { } perSecond)
                        {
                            due = start + (long)(Interlocked.Increment(ref next) / perSecond * Stopwatch.Frequency);
                            if (due >= until)
                            {
                                return;
                            }

                            // Who comes late because its connection was busy has waited on the server; who comes late because timers are coarse has not.
                            if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is var left && left > TimeSpan.Zero)
                            {
                                await Task.Delay(left, stop.Token);
                                due = Stopwatch.GetTimestamp();
                            }
                        }

                        await caller.AskAsync(scenario.Request(worker, call), due, due >= from, stop.Token);
                    }
                }
            },
            CancellationToken.None)));
        cancellationToken.ThrowIfCancellationRequested();
        var latencies = callers.SelectMany(caller => caller.Latencies).Order().ToArray();
        var refused = callers.Sum(caller => caller.Refused);
        var errors = callers.Sum(caller => caller.Errors);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-24}{(latencies.Length + refused + errors) / measured.TotalSeconds,10:0}{latencies.Length / measured.TotalSeconds,10:0}{refused / measured.TotalSeconds,10:0}{Percentile.Column(latencies, .5),10}{Percentile.Column(latencies, .99),10}{Percentile.Column(latencies, .999),10}{Percentile.Column(latencies, 1),10}{errors,8}"));
        if (errors > 0)
        {
            await output.WriteLineAsync($"  first error: {callers.First(caller => caller.FirstError is not null).FirstError}");
        }

        return (latencies, errors);
    }

    /// <summary>A connection and what came of its requests.</summary>
    private sealed class Caller(Uri baseUrl) : IDisposable
    {
        private RawConnection? _connection;

        public List<double> Latencies { get; } = [];

        public long Refused { get; private set; }

        public long Errors { get; private set; }

        public string? FirstError { get; private set; }

        public async Task OpenAsync(CancellationToken stop) => _connection = await RawConnection.OpenAsync(baseUrl, stop);

        public async Task AskAsync(LoadRequest request, long due, bool counts, CancellationToken stop)
        {
            int status;
            string? error;
            try
            {
                _connection ??= await RawConnection.OpenAsync(baseUrl, stop);
                (status, error) = await _connection.SendAsync(request, stop);
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                Dispose();
                _connection = null;
                (status, error) = (0, exception is OperationCanceledException ? "no answer" : exception.Message);
            }

            if (!counts)
            {
                return;
            }

            if (status is > 0 and < 400)
            {
                Latencies.Add((Stopwatch.GetTimestamp() - due) * 1000.0 / Stopwatch.Frequency);
            }
            else if (status == ServiceUnavailable)
            {
                Refused++;
            }
            else
            {
                Errors++;
                FirstError ??= status == 0 ? error : $"{status} {error}";
            }
        }

        public void Dispose() => _connection?.Dispose();
    }
}
