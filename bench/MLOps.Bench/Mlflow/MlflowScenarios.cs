using System.Globalization;
using System.Text;
using System.Text.Json;
using MLOps.Bench.Load;

namespace MLOps.Bench.Mlflow;

/// <summary>The calls that MLflow's clients make most, on an experiment made for this run of the program.</summary>
internal static class MlflowScenarios
{
    private const int RunsToRead = 100;

    public static async Task<IReadOnlyList<Scenario>> CreateAsync(Uri baseUrl, CancellationToken cancellationToken)
    {
        using var server = new MlflowSetup(baseUrl);
        var tag = Guid.NewGuid().ToString("n")[..8];
        var experiment = await server.CreateExperimentAsync("bench-" + tag, cancellationToken);
        var runs = new string[RunsToRead];
        for (var i = 0; i < RunsToRead; i++)
        {
            runs[i] = await server.CreateRunAsync(experiment, $"bench-{i}", 1_700_000_000_000 + i, cancellationToken);
            await server.PostAsync("runs/log-batch", Batch(runs[i], "m", 10, 0), cancellationToken);
        }

        // Searches and reads are of ordinary runs, not of those that the writing scenarios fill.
        var shelf = await server.CreateExperimentAsync("bench-shelf-" + tag, cancellationToken);
        for (var i = 0; i < RunsToRead; i++)
        {
            var run = await server.CreateRunAsync(shelf, $"shelf-{i}", 1_700_000_000_000 + i, cancellationToken);
            await server.PostAsync("runs/log-batch", Batch(run, "m", 10, 0), cancellationToken);
        }

        for (var step = 0; step < 10; step++)
        {
            await server.PostAsync("runs/log-batch", History(runs[0], step), cancellationToken);
        }

        var model = "bench-" + tag;
        await server.PostAsync("registered-models/create", new { name = model }, cancellationToken);
        await server.PostAsync("model-versions/create", new { name = model, source = $"mlflow-artifacts:/{experiment}/{runs[0]}/artifacts/model", run_id = runs[0] }, cancellationToken);

        string Run(int worker) => runs[worker % runs.Length];
        return
        [
            new("health", (_, _) => new LoadRequest("GET", "health", default)),
            new("log-metric", (worker, call) => Post("runs/log-metric",
                $$"""{"run_id":"{{Run(worker)}}","key":"loss","value":{{(1.0 / (call + 1)).ToString("R", CultureInfo.InvariantCulture)}},"timestamp":{{1_700_000_000_000 + call}},"step":{{call}}}""")),
            new("log-param", (worker, call) => Post("runs/log-parameter",
                $$"""{"run_id":"{{Run(worker)}}","key":"p{{worker}}_{{call}}","value":"{{call}}"}""")),
            new("log-batch-1000", (worker, call) => Post("runs/log-batch", JsonSerializer.Serialize(Steps(Run(worker), 10, 100, call * 100)))),
            new("log-batch-1000-keys", (worker, call) => Post("runs/log-batch", JsonSerializer.Serialize(Batch(Run(worker), $"b{worker}_", 1000, call)))),
            new("create-run", (_, call) => Post("runs/create", $$"""{"experiment_id":"{{experiment}}","run_name":"r","start_time":{{call}}}""")),
            new("get-run", (worker, _) => Get($"runs/get?run_id={Run(RunsToRead / 2 + worker)}")),
            new("get-experiment", (_, _) => Get($"experiments/get?experiment_id={experiment}")),
            new("search-100", (_, _) => Post("runs/search",
                $$"""{"experiment_ids":["{{shelf}}"],"filter":"metrics.m0 > -1","order_by":["metrics.m1 DESC"],"max_results":100}""")),
            new("history-10000", (_, _) => Get($"metrics/get-history?run_id={runs[0]}&metric_key=curve&max_results=25000")),
            new("transition-stage", (_, call) => Post("model-versions/transition-stage",
                $$"""{"name":"{{model}}","version":"1","stage":"{{(call % 2 == 0 ? "Staging" : "Production")}}"}""")),
        ];
    }

    private static object Batch(string run, string prefix, int count, long step) => new
    {
        run_id = run,
        metrics = Enumerable.Range(0, count).Select(i => new { key = $"{prefix}{i}", value = i + 0.5, timestamp = 1_700_000_000_000 + step, step }).ToArray(),
    };

    /// <summary>What a buffered training loop sends: few metrics at many steps.</summary>
    private static object Steps(string run, int keys, int steps, long first) => new
    {
        run_id = run,
        metrics = Enumerable.Range(0, keys * steps).Select(i => new { key = $"s{i % keys}", value = i + 0.5, timestamp = 1_700_000_000_000 + first + (i / keys), step = first + (i / keys) }).ToArray(),
    };

    private static object History(string run, int block) => new
    {
        run_id = run,
        metrics = Enumerable.Range(block * 1000, 1000).Select(i => new { key = "curve", value = Math.Sin(i / 100.0), timestamp = 1_700_000_000_000 + i, step = i }).ToArray(),
    };

    private static LoadRequest Get(string path) => new("GET", MlflowSetup.Api + path, default);

    private static LoadRequest Post(string path, string json) => new("POST", MlflowSetup.Api + path, Encoding.UTF8.GetBytes(json), "application/json");
}
