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

    /// <returns>0, or 1 when a request failed otherwise than by being refused.</returns>
    public async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync($"{baseUrl}  {measured.TotalSeconds:0.#} s each after {warmup.TotalSeconds:0.#} s of warm-up, {Environment.ProcessorCount} cores");
        await output.WriteLineAsync($"{"load",-24}{"asked/s",10}{"done/s",10}{"refused/s",10}{"p50 ms",10}{"p99 ms",10}{"p99.9",10}{"max ms",10}{"errors",8}");
        var unloaded = await RunAsync("unloaded", 1, null, output, cancellationToken);
        var saturated = await RunAsync("saturated", connections, null, output, cancellationToken);
        var rate = Overload * saturated.Latencies.Length / measured.TotalSeconds;

        // Enough connections that one is free when a request is due, even if every one takes as long as the slowest before.
        var pool = Math.Clamp((int)Math.Ceiling(rate * LoadRunner.At(saturated.Latencies, 1) / 1000), connections, 512);
        var overloaded = await RunAsync("twice saturation", pool, rate, output, cancellationToken);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"p99 of accepted requests at twice saturation is {LoadRunner.At(overloaded.Latencies, .99) / LoadRunner.At(unloaded.Latencies, .99):0.00} times the unloaded one"));
        return unloaded.Errors + saturated.Errors + overloaded.Errors == 0 ? 0 : 1;
    }

    /// <param name="rate">Requests a second over all workers; null: each as soon as the one before is answered.</param>
    private async Task<(double[] Latencies, long Errors)> RunAsync(string name, int workers, double? rate, TextWriter output, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var from = Stopwatch.GetTimestamp() + (long)(warmup.TotalSeconds * Stopwatch.Frequency);
        var until = from + (long)(measured.TotalSeconds * Stopwatch.Frequency);
        var tallies = Enumerable.Range(0, workers).Select(_ => new Tally()).ToArray();
        var start = Stopwatch.GetTimestamp();
        var next = -1L;
        await Task.WhenAll(tallies.Select((tally, worker) => Task.Run(
            async () =>
            {
                using var connection = await RawConnection.OpenAsync(baseUrl, stop.Token);
                for (var call = 0L; Stopwatch.GetTimestamp() < until; call++)
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

                    await AskAsync(connection, scenario.Request(worker, call), tally, due, due >= from, stop.Token);
                }
            },
            stop.Token)));
        var latencies = tallies.SelectMany(tally => tally.Latencies).Order().ToArray();
        var refused = tallies.Sum(tally => tally.Refused);
        var errors = tallies.Sum(tally => tally.Errors);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-24}{(latencies.Length + refused + errors) / measured.TotalSeconds,10:0}{latencies.Length / measured.TotalSeconds,10:0}{refused / measured.TotalSeconds,10:0}{LoadRunner.At(latencies, .5),10:0.000}{LoadRunner.At(latencies, .99),10:0.000}{LoadRunner.At(latencies, .999),10:0.000}{LoadRunner.At(latencies, 1),10:0.000}{errors,8}"));
        if (errors > 0)
        {
            await output.WriteLineAsync($"  first error: {tallies.First(tally => tally.FirstError is not null).FirstError}");
        }

        return (latencies, errors);
    }

    private static async Task AskAsync(RawConnection connection, LoadRequest request, Tally tally, long due, bool counts, CancellationToken stop)
    {
        try
        {
            var (status, error) = await connection.SendAsync(request, stop);
            if (!counts)
            {
                return;
            }

            if (status < 400)
            {
                tally.Latencies.Add((Stopwatch.GetTimestamp() - due) * 1000.0 / Stopwatch.Frequency);
            }
            else if (status == ServiceUnavailable)
            {
                tally.Refused++;
            }
            else
            {
                tally.Fail($"{status} {error}");
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            tally.Fail(exception.Message);
            throw;
        }
    }

    private sealed class Tally
    {
        public List<double> Latencies { get; } = [];

        public long Refused { get; set; }

        public long Errors { get; private set; }

        public string? FirstError { get; private set; }

        public void Fail(string what)
        {
            Errors++;
            FirstError ??= what;
        }
    }
}
