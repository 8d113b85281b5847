using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Testing;
using static MLOps.Gateway.Tests.Mlflow.MlflowHttp;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>A database that a real MLflow 3.11 made and filled is used as it is: what MLflow answered is answered, what is written is taken, and the schema stays.
/// See tests/data/mlflow-database.</summary>
public abstract partial class MlflowDatabaseTests
{
    private const int Reads = 109;

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Name of the recording: of which database.</summary>
    private protected abstract string Recording { get; }

    /// <summary>Makes the database of the recording.</summary>
    /// <returns>Its address.</returns>
    private protected abstract string Restore();

    /// <summary>Everything in the schema but what is ours, as SQL.</summary>
    private protected abstract string Schema(string uri);

    [Fact]
    public async Task EveryRead_IsAnsweredAsMlflowDid()
    {
        await using var platform = await StartAsync(Restore());
        var calls = File.ReadLines(Data($"{Recording}.jsonl")).Select(Parse).ToList();
        Assert.Equal(Reads, calls.Count);
        var faults = new List<string>();
        foreach (var call in calls)
        {
            var path = call.GetProperty("path").GetString()!;
            var (status, given) = await AskAsync(platform.Http, call);
            var (expected, answer) = (Compared(path, call.GetProperty("answer")), Compared(path, given));
            if (status != call.GetProperty("status").GetInt32() || answer != expected)
            {
                faults.Add($"{call.GetProperty("method")} {path} {call.GetProperty("body")}\nMLflow: {call.GetProperty("status")} {expected}\nhere:   {status} {answer}");
            }
        }

        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
    }

    [Fact]
    public async Task Writes_OfEveryKind_AreTakenAndLeaveTheSchemaAlone()
    {
        var uri = Restore();
        var before = Schema(uri);
        await using (var platform = await StartAsync(uri))
        {
            await WriteAsync(platform.Http);
        }

        Assert.Equal(before, Schema(uri));
    }

    private protected static string Data(string name) => RepositoryRoot.Combine("tests", "data", "mlflow-database", name);

    private static async Task<ServingPlatform> StartAsync(string uri)
    {
        var platform = new StoredPlatform(uri);
        await platform.InitializeAsync();
        return platform;
    }

    private static async Task<(int Status, JsonElement Answer)> AskAsync(HttpClient http, JsonElement call)
    {
        using var request = new HttpRequestMessage(new HttpMethod(call.GetProperty("method").GetString()!), call.GetProperty("path").GetString());
        if (call.GetProperty("body") is { ValueKind: JsonValueKind.Object } body)
        {
            request.Content = new StringContent(body.GetRawText(), Encoding.UTF8, "application/json");
        }

        using var answer = await http.SendAsync(request, Ct);
        return ((int)answer.StatusCode, Parse(await answer.Content.ReadAsStringAsync(Ct)));
    }

    /// <summary>In answers that MLflow does not make of protobuf messages a NaN is bare, as no JSON has it.</summary>
    private static JsonElement Parse(string text)
    {
        using var json = JsonDocument.Parse(BareNaN().Replace(text, ": \"NaN\""));
        return json.RootElement.Clone();
    }

    [GeneratedRegex(@"(?<=""value""): NaN\b")]
    private static partial Regex BareNaN();

    /// <summary>Of a refusal what clients go by. A version's aliases and the models that a run read are left out of MLflow's lists; the lists here have them
    /// (docs/mlflow-differences.md).</summary>
    private static string Compared(string path, JsonElement answer) =>
        answer.TryGetProperty("error_code", out var code) ? code.GetString()!
        : path.Contains("/search", StringComparison.Ordinal) || path.Contains("registered-models/get?", StringComparison.Ordinal) ? NotInLists().Replace(CanonicalAnswer.Whole(answer), string.Empty)
        : CanonicalAnswer.Whole(answer);

    [GeneratedRegex(@"""aliases"": \[""\w+""\], |, ""model_inputs"": \[[^]]*\]")]
    private static partial Regex NotInLists();

    private static async Task WriteAsync(HttpClient http)
    {
        var experiment = (await http.GetJsonAsync(Api + "experiments/get-by-name?experiment_name=fx")).GetProperty("experiment").GetProperty("experiment_id").GetString()!;
        await http.PostAsync(Api + "experiments/set-experiment-tag", new { experiment_id = experiment, key = "seen", value = "é" });
        var run = (await http.PostAsync(Api + "runs/create", new { experiment_id = experiment, start_time = 1 })).GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;
        var model = (await http.PostAsync(Api + "logged-models", new { experiment_id = experiment, name = "new" })).GetProperty("model").GetProperty("info").GetProperty("model_id").GetString()!;
        await http.PostAsync(Api + "runs/log-batch", new
        {
            run_id = run,
            metrics = new object[] { new { key = "auc", value = 0.9, timestamp = 1, step = 0 }, new { key = "auc", value = "NaN", timestamp = 2, step = 1, model_id = model } },
            @params = new[] { new { key = "lr", value = "1" } },
            tags = new[] { new { key = "desk", value = "fx" } },
        });
        await http.PostAsync(Api + "runs/log-inputs", new { run_id = run, datasets = new[] { new { dataset = new { name = "new", digest = "d", source_type = "local", source = "x" } } } });
        await http.PostAsync(Api + "runs/outputs", new { run_id = run, models = new[] { new { model_id = model, step = 1 } } });
        Assert.Single((await http.PostAsync(Api + "runs/search", new { experiment_ids = new[] { experiment }, filter = "params.lr = '1'" })).GetProperty("runs").EnumerateArray());

        var version = (await http.PostAsync(Api + "model-versions/create", new { name = "regime", source = "s3://bucket/regime/5", run_id = run })).GetProperty("model_version").GetProperty("version").GetString();
        Assert.Equal("5", version);
        await http.PostAsync(Api + "model-versions/transition-stage", new { name = "regime", version, stage = "Production", archive_existing_versions = true });
        await http.PostAsync(Api + "registered-models/alias", new { name = "regime", alias = "champion", version });
        var second = (await http.GetJsonAsync(Api + "model-versions/get?name=regime&version=2")).GetProperty("model_version");
        Assert.Equal("Archived", second.GetProperty("current_stage").GetString());
        Assert.False(second.TryGetProperty("aliases", out _));

        await http.PostAsync("/api/3.0/mlflow/traces", new { trace = new { trace_info = new { trace_id = "tr-new", trace_location = new { type = "MLFLOW_EXPERIMENT", mlflow_experiment = new { experiment_id = experiment } }, request_time = "2025-06-15T15:00:00Z", state = "OK" } } });
        await http.PostAsync("/api/3.0/mlflow/traces/tr-new/assessments", new { assessment = new { assessment_name = "good", source = new { source_type = "HUMAN" }, feedback = new { value = true } } });
        var issue = await http.PostAsync("/api/3.0/mlflow/traces/tr-new/assessments", new { assessment = new { assessment_name = "iss-1", source = new { source_type = "HUMAN" }, issue = new { issue_name = "slow" } } });
        Assert.Equal("slow", issue.GetProperty("assessment").GetProperty("issue").GetProperty("issue_name").GetString());
        await http.PostAsync("/api/3.0/mlflow/datasets/create", new { name = "new", experiment_ids = new[] { experiment } });
        await http.PostAsync("/api/3.0/mlflow/scorers/register", new { experiment_id = experiment, name = "new", serialized_scorer = "{}" });
        await http.PostAsync(Api + "webhooks", new { name = "new", url = "https://hooks.example/new", events = new[] { new { entity = "MODEL_VERSION", action = "CREATED" } }, status = "DISABLED" });
        await http.PostAsync(Api + "experiments/delete", new { experiment_id = experiment });
    }

    private sealed class StoredPlatform(string uri) : ServingPlatform
    {
        protected override string? StoreUri() => uri;
    }
}

public sealed class SqliteMlflowDatabaseTests : MlflowDatabaseTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private protected override string Recording => "sqlite";

    public void Dispose() => _folder.Dispose();

    private protected override string Restore()
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The dump of the recording.
        command.CommandText = File.ReadAllText(Data("sqlite.sql"));
#pragma warning restore CA2100
        command.ExecuteNonQuery();
        return "sqlite:///" + _folder.Combine("mlflow.db");
    }

    private protected override string Schema(string uri)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COALESCE(sql, type || ' ' || name) FROM sqlite_master WHERE tbl_name NOT LIKE 'mlops_%' AND name NOT LIKE 'sqlite_seq%' ORDER BY type, name";
        using var reader = command.ExecuteReader();
        var schema = new StringBuilder();
        while (reader.Read())
        {
            schema.AppendLine(reader.GetString(0));
        }

        Assert.NotEqual(0, schema.Length);
        return schema.ToString();
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={_folder.Combine("mlflow.db")};Pooling=False;Foreign Keys=False");
        connection.Open();
        return connection;
    }
}

public sealed class PostgresMlflowDatabaseTests(PostgresServer server) : MlflowDatabaseTests
{
    private protected override string Recording => "postgres";

    private protected override string Restore()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? string.Empty);
        return server.CreateDatabase(Data("postgres.sql"));
    }

    // Each dump has a random word against injection in its first and last lines.
    private protected override string Schema(string uri) =>
        string.Join('\n', PostgresServer.DumpSchema(uri).Split('\n').Where(line => !line.StartsWith("\\restrict", StringComparison.Ordinal) && !line.StartsWith("\\unrestrict", StringComparison.Ordinal)));
}
