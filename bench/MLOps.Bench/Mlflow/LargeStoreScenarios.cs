using System.Globalization;
using System.Text.Json;
using MLOps.Bench.Load;

namespace MLOps.Bench.Mlflow;

/// <summary>Reads of a store that has grown: many runs of many metrics in one experiment, and one very long history. All of it is
/// written through MLflow's protocol first, so that any server can be asked.</summary>
/// <param name="Runs">Runs of the experiment.</param>
/// <param name="Metrics">Metrics of each run, one point each.</param>
/// <param name="Points">Points of the long history.</param>
internal sealed record LargeStoreScenarios(int Runs, int Metrics, int Points)
{
    private const int BatchLimit = 1000;
    private const int Writers = 32;
    private const double GoldenRatio = 0.6180339887498949;

    public async Task<IReadOnlyList<Scenario>> CreateAsync(Uri baseUrl, CancellationToken cancellationToken)
    {
        using var server = new MlflowSetup(baseUrl);
        var tag = Guid.NewGuid().ToString("n")[..8];
        var experiment = await server.CreateExperimentAsync("bench-large-" + tag, cancellationToken);
        var ids = new string[Runs];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, Runs, parallel, async (i, _) =>
        {
            ids[i] = await server.CreateRunAsync(experiment, $"run-{i}", 1_700_000_000_000 + i, cancellationToken);
            for (var first = 0; first < Metrics; first += BatchLimit - 1)
            {
                await server.PostAsync("runs/log-batch", RunBatch(ids[i], i, first), cancellationToken);
            }
        });
        await Parallel.ForAsync(0, (Points + BatchLimit - 1) / BatchLimit, parallel, async (block, _) =>
            await server.PostAsync("runs/log-batch", Curve(ids[0], "long", block * BatchLimit, Math.Min(Points, (block + 1) * BatchLimit)), cancellationToken));
        for (var block = 0; block < 10; block++)
        {
            await server.PostAsync("runs/log-batch", Curve(ids[0], "curve", block * BatchLimit, (block + 1) * BatchLimit), cancellationToken);
        }

        return
        [
            new("get-experiment", (_, _) => new LoadRequest("GET", $"{MlflowSetup.Api}experiments/get?experiment_id={experiment}", default)),
            new("search-newest-100", (_, _) => Search(experiment, "", "", 100)),
            new("search-filtered-100", (worker, call) => Search(experiment, Filter(worker, call), "metrics.m1 DESC", 100)),
            new("search-filtered-1000", (worker, call) => Search(experiment, Filter(worker, call), "metrics.m1 DESC", 1000)),
            new("search-param-100", (_, call) => Search(experiment, $"params.lr = '{call % 10}'", "metrics.m2 ASC", 100)),
            new("history-10000", (_, _) => new LoadRequest("GET", $"{MlflowSetup.Api}metrics/get-history?run_id={ids[0]}&metric_key=curve&max_results=25000", default)),
            new("interval-of-the-long", (_, _) => new LoadRequest("GET", $"ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?run_ids={ids[0]}&metric_key=long&max_results=320", default)),
        ];
    }

    /// <summary>A threshold of its own for every call of every worker, spread over [0.5, 0.6), so that no question is one that was answered before.</summary>
    private static string Filter(int worker, long call) =>
        string.Create(CultureInfo.InvariantCulture, $"metrics.m0 > {0.5 + (((call * 997) + worker) * GoldenRatio % 1 * 0.1):0.000000000}");

    private static LoadRequest Search(string experiment, string filter, string order, int count) => new(
        "POST",
        MlflowSetup.Api + "runs/search",
        JsonSerializer.SerializeToUtf8Bytes(new { experiment_ids = new[] { experiment }, filter, order_by = order.Length == 0 ? [] : new[] { order }, max_results = count }),
        "application/json");

    private object RunBatch(string run, int index, int first) => new
    {
        run_id = run,
        metrics = Enumerable.Range(first, Math.Min(Metrics - first, BatchLimit - 1))
            .Select(i => new { key = $"m{i}", value = Value(index, i), timestamp = 1_700_000_000_000 + i, step = 0 }),
        @params = first > 0 ? [] : new[] { new { key = "lr", value = (index % 10).ToString(CultureInfo.InvariantCulture) } },
    };

    private static object Curve(string run, string key, int from, int to) => new
    {
        run_id = run,
        metrics = Enumerable.Range(from, to - from).Select(i => new { key, value = Math.Sin(i / 1000.0), timestamp = 1_700_000_000_000 + i, step = i }),
    };

    /// <summary>In (0, 1), the same in every run of the program, in no order that an index could follow.</summary>
    private static double Value(int run, int metric)
    {
        // The mixing steps of splitmix64.
        var bits = (((ulong)run << 32) | (uint)metric) * 0x9E3779B97F4A7C15;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return ((bits >> 11) + 0.5) / (1UL << 53);
    }
}
