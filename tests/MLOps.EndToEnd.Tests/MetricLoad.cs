using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace MLOps.EndToEnd.Tests;

/// <summary>Writers that each log one metric, step by step, and remember what was acknowledged. A step that was not is logged again until it is.</summary>
internal sealed class MetricLoad : IAsyncDisposable
{
    private const int Writers = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly ConcurrentBag<(int Writer, int Step)> _acknowledged = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _client;
    private readonly string _run;
    private readonly Task _writing;
    private int _refused;

    private MetricLoad(HttpClient client, string run)
    {
        _client = client;
        _run = run;
        _writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(WriteAsync));
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Makes a run on a platform and begins to write to it.</summary>
    public static async Task<MetricLoad> StartAsync(string url)
    {
        var client = Client(url);
        using var created = await client.PostAsJsonAsync("runs/create", new { experiment_id = "0", start_time = 1 }, Cancelled);
        var run = (await created.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;
        return new MetricLoad(client, run);
    }

    /// <summary>Waits until so many more are acknowledged.</summary>
    public Task ReachAsync(int more)
    {
        var goal = _acknowledged.Count + more;
        return UntilAsync($"{more} more metrics to be acknowledged", () => _acknowledged.Count >= goal);
    }

    /// <summary>Waits until a step is not acknowledged.</summary>
    public Task UntilRefusedAsync() => UntilAsync("a metric that is not acknowledged", () => Volatile.Read(ref _refused) > 0);

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _writing;
    }

    /// <summary>Every acknowledged metric is read back from this platform.</summary>
    public async Task AssertKeptAsync(string url)
    {
        using var reader = Client(url);
        foreach (var written in _acknowledged.GroupBy(entry => entry.Writer, entry => entry.Step))
        {
            var history = await reader.GetFromJsonAsync<JsonElement>($"metrics/get-history?run_id={_run}&metric_key=w{written.Key}", Cancelled);
            Assert.Superset(written.ToHashSet(), history.GetProperty("metrics").EnumerateArray().Select(metric => metric.GetProperty("step").GetInt32()).ToHashSet());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_writing);
        _client.Dispose();
        _stop.Dispose();
    }

    private static HttpClient Client(string url) => new() { BaseAddress = new Uri(url + "/api/2.0/mlflow/"), Timeout = Patience };

    private async Task UntilAsync(string what, Func<bool> met)
    {
        for (var clock = Stopwatch.StartNew(); !met(); await Task.Delay(5, Cancelled))
        {
            if (_writing.IsCompleted || clock.Elapsed > Patience)
            {
                await _stop.CancelAsync();
                await _writing;
                throw new TimeoutException($"Waited {Patience.TotalMinutes} min for {what}: {_acknowledged.Count} are acknowledged, {_refused} times one was not.");
            }
        }
    }

    private async Task WriteAsync(int writer)
    {
        for (var step = 0; !_stop.IsCancellationRequested;)
        {
            if (await IsAcknowledgedAsync(writer, step))
            {
                _acknowledged.Add((writer, step++));
            }
            else
            {
                Interlocked.Increment(ref _refused);
                await Task.Delay(20, Cancelled);
            }
        }
    }

    /// <summary>A dead platform takes no connection; one whose database is away says that it is unavailable. Anything else is a fault.</summary>
    private async Task<bool> IsAcknowledgedAsync(int writer, int step)
    {
        try
        {
            using var answer = await _client.PostAsJsonAsync("runs/log-metric", new { run_id = _run, key = $"w{writer}", value = step, timestamp = 1, step }, Cancelled);
            return answer.StatusCode switch
            {
                HttpStatusCode.OK => true,
                HttpStatusCode.ServiceUnavailable => false,
                var other => throw new InvalidOperationException($"log-metric answered {other}: {await answer.Content.ReadAsStringAsync(Cancelled)}"),
            };
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
