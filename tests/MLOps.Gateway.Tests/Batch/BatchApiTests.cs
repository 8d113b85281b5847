using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Inference.Tabular;
using MLOps.Testing;
using MLOps.Testing.Onnx;

namespace MLOps.Gateway.Tests.Batch;

/// <summary>Batch inference by HTTP alone.</summary>
public sealed class BatchApiTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public Task UploadStartPauseResume_ResultAndLineage_Sqlite() => BatchStory.PlayAsync(platform);

    [Theory]
    [InlineData("{}", "Neither of 'endpoint' and 'model_uri'")]
    [InlineData("""{"model_uri":"models:/m/1"}""", "Neither of 'dataset' and 'upload_id'")]
    [InlineData("""{"model_uri":"models:/m/1","upload_id":"u","on_error":"ignore"}""", "'on_error' is 'ignore'")]
    [InlineData("""{"model_uri":"models:/m/1","upload_id":"u","chunk_rows":0}""", "'chunk_rows' is 0")]
    [InlineData("""{"model_uri":"models:/m/1","upload_id":"u","input_columns":{"x":null}}""", "'input_columns.x' is '0 columns'")]
    [InlineData("not json", "not the JSON")]
    public async Task Start_BadBody_Answers400NamingTheField(string body, string said)
    {
        var (status, problem) = await BatchStory.PostAsync(platform, "/mlops/batch/start", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(said, (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/mlops/batch/none", HttpStatusCode.NotFound)]
    [InlineData("GET", "/mlops/batch/0123456789abcdef0123456789abcdef", HttpStatusCode.NotFound)]
    [InlineData("POST", "/mlops/batch/0123456789abcdef0123456789abcdef/pause", HttpStatusCode.NotFound)]
    [InlineData("POST", "/mlops/batch/0123456789abcdef0123456789abcdef/stop", HttpStatusCode.NotFound)]
    [InlineData("POST", "/mlops/batch/upload", HttpStatusCode.BadRequest)]
    public async Task Unknown_OrEmpty_IsRefused(string method, string path, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await platform.Http.SendAsync(request, Ct);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Upload_OverTheLimit_Answers413AndKeepsNothing()
    {
        await using var small = new ServingPlatform { Settings = { ["MLOps:Batch:MaximumUploadBytes"] = "1000" } };
        await small.InitializeAsync();
        using var content = new ByteArrayContent(new byte[1_001]);
        using var answer = await small.Http.PostAsync(new Uri("/mlops/batch/upload", UriKind.Relative), content, Ct);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.False(Directory.Exists(Path.Combine(small.DataDirectory, "artifacts", "batch")));
    }
}

/// <summary>The same on PostgreSQL.</summary>
public sealed class PostgresBatchApiTests(PostgresServer server)
{
    [Fact]
    public async Task UploadStartPauseResume_ResultAndLineage_Postgres()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? string.Empty);
        await using var platform = new PostgresPlatform(server.CreateDatabase());
        await platform.InitializeAsync();
        await BatchStory.PlayAsync(platform);
    }

    private sealed class PostgresPlatform(string uri) : ServingPlatform
    {
        protected override string? StoreUri() => uri;
    }
}

internal static class BatchStory
{
    private const int Rows = 500;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task PlayAsync(ServingPlatform platform)
    {
        await platform.RegisterAsync("scorer", TinyModels.AddConstant(1, 2));
        var fromCsv = await RunAsync(platform, await UploadAsync(platform, Encoding.UTF8.GetBytes(Csv()), "csv"), pauses: true);
        var fromParquet = await RunAsync(platform, await UploadAsync(platform, await ParquetAsync(), "parquet"), pauses: false);

        // The same numbers from either format, and the pause has left no trace.
        foreach (var job in new[] { fromCsv, fromParquet })
        {
            Assert.Equal((Rows, Rows, 1.0), ((int?)job["rows"], (int?)job["rows_done"], (double?)job["progress"]));
            var rows = await ResultAsync(platform, job);
            Assert.Equal(Enumerable.Range(1, Rows).Select(row => (long)row), Values<long>(rows, "row_number"));
            Assert.Equal(Enumerable.Range(1, Rows).Select(row => $"r{row}"), Values<string>(rows, "id"));
            Assert.Equal(Enumerable.Range(1, Rows).Select(row => row + 1f), Values<float>(rows, "y_0"));
            Assert.Equal(Enumerable.Range(1, Rows).Select(row => (row * 0.5f) + 1f), Values<float>(rows, "y_1"));
        }

        Assert.Equal(
            [(string)fromParquet["job_id"]!, (string)fromCsv["job_id"]!],
            (await GetAsync(platform, "/mlops/batch/jobs"))["jobs"]!.AsArray().Select(job => (string)job!["job_id"]!));
        await LineageAsync(platform, fromParquet);
        var (status, problem) = await PostAsync(platform, $"/mlops/batch/{fromCsv["job_id"]}/resume", "");
        Assert.Equal((HttpStatusCode.Conflict, "InvalidState"), (status, (string?)problem["code"]));
    }

    public static async Task<(HttpStatusCode Status, JsonNode Body)> PostAsync(ServingPlatform platform, string path, string body)
    {
        using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        using var answer = await platform.Http.PostAsync(new Uri(path, UriKind.Relative), content, Ct);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!);
    }

    private static async Task<JsonNode> RunAsync(ServingPlatform platform, string upload, bool pauses)
    {
        var (status, started) = await PostAsync(
            platform, "/mlops/batch/start", $$"""{"model_uri":"models:/scorer/1","upload_id":"{{upload}}","input_columns":{"x":["a","b"]},"passthrough_columns":["id"],"chunk_rows":7}""");
        Assert.True(status == HttpStatusCode.Accepted, started.ToJsonString());
        Assert.Equal(
            [
                "job_id", "endpoint", "model_uri", "model_name", "model_version", "dataset", "dataset_version", "upload_id", "input_digest", "chunk_rows", "on_error", "status", "progress", "message",
                "rows", "rows_done", "rows_failed", "rows_per_second", "run_id", "result", "result_digest", "creation_time", "start_time", "end_time",
            ],
            started.AsObject().Select(member => member.Key));
        var path = $"/mlops/batch/{started["job_id"]}";
        if (pauses)
        {
            Assert.Equal(HttpStatusCode.OK, (await PostAsync(platform, $"{path}/pause", "")).Status);
            await WaitAsync(platform, path, "paused");
            Assert.Equal("queued", (string?)(await PostAsync(platform, $"{path}/resume", "")).Body["status"]);
        }

        return await WaitAsync(platform, path, "completed");
    }

    public static async Task<string> UploadAsync(ServingPlatform platform, byte[] bytes, string format)
    {
        using var content = new ByteArrayContent(bytes);
        using var answer = await platform.Http.PostAsync(new Uri("/mlops/batch/upload", UriKind.Relative), content, Ct);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var upload = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!;
        Assert.Equal((format, bytes.Length), ((string?)upload["format"], (int?)upload["bytes"]));
        return (string)upload["upload_id"]!;
    }

    private static string Csv() => "id,a,b\n" + string.Concat(Enumerable.Range(1, Rows).Select(row => string.Create(CultureInfo.InvariantCulture, $"r{row},{row},{row * 0.5}\n")));

    /// <summary>The same table as a foreign writer may have it: other widths, several row groups.</summary>
    private static async Task<byte[]> ParquetAsync()
    {
        using var content = new MemoryStream();
        await using (var file = await ParquetTableWriter.CreateAsync(content, [new("id", ColumnType.Text), new("a", ColumnType.Integer, IsNullable: false), new("b", ColumnType.Double)], Ct))
        {
            foreach (var group in Enumerable.Range(1, Rows).Chunk(123))
            {
                await file.WriteAsync(
                    [
                        new TableColumn<string>("id", [.. group.Select(row => $"r{row}")]),
                        new TableColumn<long>("a", [.. group.Select(row => (long)row)]),
                        new TableColumn<double>("b", [.. group.Select(row => row * 0.5)]),
                    ],
                    Ct);
            }
        }

        return content.ToArray();
    }

    public static async Task<TableChunk> ResultAsync(ServingPlatform platform, JsonNode job)
    {
        var bytes = await platform.Http.GetByteArrayAsync(new Uri($"/get-artifact?run_id={job["run_id"]}&path={job["result"]}", UriKind.Relative), Ct);
        Assert.Equal((string?)job["result_digest"], Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
        await using var table = await TableReader.OpenAsync(new MemoryStream(bytes), Ct);
        return (await table.ReadAsync(int.MaxValue, Ct))!;
    }

    public static T[] Values<T>(TableChunk rows, string column)
        where T : notnull => ((TableColumn<T>)rows.Column(column)).Values.ToArray();

    private static async Task LineageAsync(ServingPlatform platform, JsonNode job)
    {
        var graph = await GetAsync(platform, "/api/v1/mlflow/models/scorer/versions/1/lineage");
        var run = $"run:{job["run_id"]}";
        var artifact = $"artifact:{job["run_id"]}/predictions.parquet";
        var edges = graph["edges"]!.AsArray().Select(edge => ((string)edge!["from"]!, (string)edge["to"]!, (string)edge["kind"]!)).ToHashSet();
        Assert.Superset(
            new HashSet<(string, string, string)>
            {
                ("version:scorer/1", run, "scores"),
                (run, artifact, "output"),
                ($"dataset:upload-{job["upload_id"]}:{job["input_digest"]}", run, "input"),
            },
            edges);
        Assert.Equal((string?)job["result_digest"], (string?)graph["nodes"]!.AsArray().Single(node => (string?)node!["id"] == artifact)!["attributes"]!["digest"]);
        Assert.Equal(2, edges.Count(edge => edge.Item3 == "scores"));
    }

    public static async Task<JsonNode> WaitAsync(ServingPlatform platform, string path, string status)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (true)
        {
            var job = await GetAsync(platform, path);
            if ((string?)job["status"] == status)
            {
                return job;
            }

            if (deadline.IsCancellationRequested || (string?)job["status"] is "failed" or "stopped")
            {
                throw new TimeoutException($"Waited for {path} to be {status}; it is {job.ToJsonString()}.");
            }

            await Task.Delay(20, Ct);
        }
    }

    private static async Task<JsonNode> GetAsync(ServingPlatform platform, string path) => (await platform.Http.GetFromJsonAsync<JsonNode>(path, Ct))!;
}
