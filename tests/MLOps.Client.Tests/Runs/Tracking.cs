using Microsoft.AspNetCore.Http;

namespace MLOps.Client.Tests.Runs;

/// <summary>Routes by which a run is made and ended.</summary>
internal static class Tracking
{
    public const string Batch = "POST /api/2.0/mlflow/runs/log-batch";

    public static TestGateway WithRuns(this TestGateway gateway) => gateway
        .On("GET /api/2.0/mlflow/experiments/get-by-name", """{"experiment":{"experiment_id":"7","name":"e"}}""")
        .On("POST /api/2.0/mlflow/runs/create", """{"run":{"info":{"run_id":"r1","run_name":"first","experiment_id":"7","status":"RUNNING","artifact_uri":"mlflow-artifacts:/7/r1/artifacts"}}}""")
        .On("POST /api/2.0/mlflow/runs/update", """{"run_info":{"run_id":"r1","experiment_id":"7","status":"FINISHED"}}""");

    /// <summary>Answers the first calls of a route with these statuses, the others with 200. 0 breaks the connection.</summary>
    public static TestGateway Failing(this TestGateway gateway, string route, params int[] statuses)
    {
        var calls = -1;
        return gateway.On(route, async context =>
        {
            var call = Interlocked.Increment(ref calls);
            var status = call < statuses.Length ? statuses[call] : 200;
            if (status == 0)
            {
                context.Abort();
                return;
            }

            context.Response.StatusCode = status;
            await context.Response.WriteAsync(status == 200 ? "{}" : """{"error_code":"X","message":"not now"}""", context.RequestAborted);
        });
    }

    public static List<ReceivedRequest> Sent(this TestGateway gateway, string end) =>
        [.. gateway.Received.Where(request => request.Target.EndsWith(end, StringComparison.Ordinal))];

    /// <summary>The metric values of each batch that came, as key and step.</summary>
    public static List<(string Key, int Step)[]> Batches(this TestGateway gateway) =>
    [
        .. gateway.Sent("/runs/log-batch")
            .Where(request => request.Json.TryGetProperty("metrics", out _))
            .Select(request => request.Json.GetProperty("metrics").EnumerateArray().Select(metric => (metric.GetProperty("key").GetString()!, metric.GetProperty("step").GetInt32())).ToArray()),
    ];
}
