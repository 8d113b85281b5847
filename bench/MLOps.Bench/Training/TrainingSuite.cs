using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MLOps.Bench.Load;
using MLOps.Testing;

namespace MLOps.Bench.Training;

/// <summary>Whether a training starves serving: the same requests to an endpoint while the platform trains nothing, while it trains, and again after that. The two idle phases
/// say how much the machine itself varies.</summary>
internal sealed class TrainingSuite(Uri baseUrl, LoadRunner runner, Scenario scenario, int epochs)
{
    private const string Dataset = "bench-sp500";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <returns>0, or 1 when a request failed or the job did not train all the while.</returns>
    public async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = baseUrl };
        await RegisterAsync(client, cancellationToken);
        await runner.WriteHeadAsync(output);
        var before = await runner.MeasureAsync(scenario with { Name = "idle" }, output, cancellationToken);
        var job = await StartAsync(client, cancellationToken);
        (double[] Latencies, long Errors) during;
        string status;
        try
        {
            during = await runner.MeasureAsync(scenario with { Name = "training" }, output, cancellationToken);
            status = Status(await JobAsync(client, job, cancellationToken));
        }
        finally
        {
            await StopAsync(client, job);
        }

        await EndedAsync(client, job, cancellationToken);
        var after = await runner.MeasureAsync(scenario with { Name = "idle again" }, output, cancellationToken);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"p99 while training is {Percentile.At(during.Latencies, .99) / Percentile.At(before.Latencies, .99):0.00} times that of the idle platform before, {Percentile.At(during.Latencies, .99) / Percentile.At(after.Latencies, .99):0.00} times that after"));
        if (status == "running")
        {
            return before.Errors + during.Errors + after.Errors == 0 ? 0 : 1;
        }

        await Console.Error.WriteLineAsync($"bench: the job was {status} before the measurement was over: give it more --epochs, or measure for fewer --seconds");
        return 1;
    }

    private static async Task RegisterAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using (var known = await client.GetAsync($"mlops/datasets/{Dataset}", cancellationToken))
        {
            if (known.StatusCode != HttpStatusCode.NotFound)
            {
                known.EnsureSuccessStatusCode();
                return;
            }
        }

        await using var file = File.OpenRead(RepositoryRoot.Combine("samples", "data", "sp500_daily_ohlcv_2000_2020.csv"));
        using var content = new StreamContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };
        using var registered = await client.PostAsync($"mlops/datasets?name={Dataset}&kind=ohlcv", content, cancellationToken);
        registered.EnsureSuccessStatusCode();
    }

    /// <summary>Starts the job and waits until its epochs have begun.</summary>
    private async Task<string> StartAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var given = epochs.ToString(CultureInfo.InvariantCulture);
        using var started = await client.PostAsJsonAsync(
            "mlops/training/start",
            new { model = "tcn-regime-classifier", dataset = Dataset, experiment = "bench-training", parameters = new { epochs = given, patience = given } },
            cancellationToken);
        started.EnsureSuccessStatusCode();
        var id = (await started.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("job_id").GetString()!;
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            var job = await JobAsync(client, id, cancellationToken);
            if (Status(job) is not ("queued" or "running"))
            {
                throw new NotSupportedException($"training job {id} is {Status(job)}: {job.GetProperty("message")}");
            }

            if (job.GetProperty("progress").GetDouble() > 0.1)
            {
                return id;
            }

            if (deadline.IsCancellationRequested)
            {
                await StopAsync(client, id);
                throw new TimeoutException($"waited {Patience.TotalMinutes} minutes for the epochs of training job {id}; it is {job}");
            }

            await Task.Delay(200, cancellationToken);
        }
    }

    private static async Task<JsonElement> JobAsync(HttpClient client, string id, CancellationToken cancellationToken) =>
        await client.GetFromJsonAsync<JsonElement>($"mlops/training/{id}", cancellationToken);

    private static string Status(JsonElement job) => job.GetProperty("status").GetString()!;

    /// <summary>Twice: at once, and nothing of it is kept. Also when the measurement was cancelled, so without its token.</summary>
    private static async Task StopAsync(HttpClient client, string id)
    {
        for (var ask = 0; ask < 2; ask++)
        {
            // A job that has ended meanwhile refuses: that is as good.
            using var stopped = await client.PostAsync($"mlops/training/{id}/stop", null, CancellationToken.None);
            if (stopped.StatusCode != HttpStatusCode.Conflict)
            {
                stopped.EnsureSuccessStatusCode();
            }
        }
    }

    /// <summary>Waits until nothing trains any more: what is idle again must be idle.</summary>
    private static async Task EndedAsync(HttpClient client, string id, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (await JobAsync(client, id, cancellationToken) is var job && Status(job) is "queued" or "running")
        {
            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"waited {Patience.TotalMinutes} minutes for the end of training job {id}; it is {job}");
            }

            await Task.Delay(200, cancellationToken);
        }
    }
}
