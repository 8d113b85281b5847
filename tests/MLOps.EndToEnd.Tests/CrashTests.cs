using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using MLOps.Testing;

namespace MLOps.EndToEnd.Tests;

/// <summary>kill -9 in the middle of the writing.</summary>
public sealed class CrashTests
{
    private const int Writers = 8;
    private const int AcknowledgedBeforeTheKill = 400;

    [Fact]
    public async Task Kill_UnderLoad_LosesNoAcknowledgedMetric()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var acknowledged = new ConcurrentBag<(int Writer, int Step)>();
        string run;
        await using (var first = await PlatformProcess.StartAsync(folder.Path, cancelled))
        {
            using var client = new HttpClient { BaseAddress = new Uri(first.Url + "/api/2.0/mlflow/") };
            using var created = await client.PostAsJsonAsync("runs/create", new { experiment_id = "0", start_time = 1 }, cancelled);
            run = (await created.Content.ReadFromJsonAsync<JsonElement>(cancelled)).GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;
            var writers = Enumerable.Range(0, Writers).Select(writer => WriteUntilRefusedAsync(client, run, writer, acknowledged, cancelled)).ToArray();
            while (acknowledged.Count < AcknowledgedBeforeTheKill && !writers.Any(writer => writer.IsCompleted))
            {
                await Task.Delay(5, cancelled);
            }

            await first.KillAsync(cancelled);
            await Task.WhenAll(writers);
        }

        Assert.True(acknowledged.Count >= AcknowledgedBeforeTheKill, $"only {acknowledged.Count} metrics were acknowledged before the kill");
        await using var second = await PlatformProcess.StartAsync(folder.Path, cancelled);
        using var reader = new HttpClient { BaseAddress = new Uri(second.Url + "/api/2.0/mlflow/") };
        for (var writer = 0; writer < Writers; writer++)
        {
            var history = await reader.GetFromJsonAsync<JsonElement>($"metrics/get-history?run_id={run}&metric_key=w{writer}", cancelled);
            var kept = history.GetProperty("metrics").EnumerateArray().Select(metric => metric.GetProperty("step").GetInt32()).ToHashSet();
            Assert.Superset(acknowledged.Where(entry => entry.Writer == writer).Select(entry => entry.Step).ToHashSet(), kept);
        }
    }

    private static async Task WriteUntilRefusedAsync(HttpClient client, string run, int writer, ConcurrentBag<(int Writer, int Step)> acknowledged, CancellationToken cancelled)
    {
        try
        {
            for (var step = 0; ; step++)
            {
                using var answer = await client.PostAsJsonAsync("runs/log-metric", new { run_id = run, key = $"w{writer}", value = step, timestamp = 1, step }, cancelled);
                answer.EnsureSuccessStatusCode();
                acknowledged.Add((writer, step));
            }
        }
        catch (HttpRequestException)
        {
            // The platform is dead: what was acknowledged until now must be there.
        }
    }
}
