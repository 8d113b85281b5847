using System.Net;
using MLOps.Testing;

[assembly: AssemblyFixture(typeof(SwiftServer))]

namespace MLOps.EndToEnd.Tests;

/// <summary>Runs, models and artifacts in different stores, each a real one, behind one platform: a model's way from its run to Production, by MLflow's protocol alone.</summary>
public sealed class MixedStoreTests(SwiftServer s3)
{
    private const string Model = "regime é";
    private const string Weights = "0123456789";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RegistryOnPostgres_BesideRunsOnSqlite_HoldsTheModelsAlone()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? string.Empty);
        using var postgres = new PostgresServer();
        using var folder = new TemporaryFolder();
        string run;
        await using (var platform = await PlatformProcess.StartAsync(["--data", folder.Path, "--registry-store-uri", postgres.CreateDatabase()], Cancelled))
        {
            using var client = new MlflowClient(platform.Url);
            run = await PromoteAsync(client);
            Assert.Equal(0, await platform.StopAsync(Cancelled));
        }

        await using var withoutRegistry = await PlatformProcess.StartAsync(folder.Path, Cancelled);
        using var reader = new MlflowClient(withoutRegistry.Url);
        await reader.GetAsync($"runs/get?run_id={run}");
        await reader.GetAsync($"registered-models/get?name={Uri.EscapeDataString(Model)}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task RegistryOfAnotherServer_BesideRunsOnSqlite_HoldsTheModelsAlone()
    {
        using var behind = new TemporaryFolder();
        using var before = new TemporaryFolder();
        await using var back = await PlatformProcess.StartAsync(behind.Path, Cancelled);
        await using var front = await PlatformProcess.StartAsync(["--data", before.Path, "--registry-store-uri", back.Url], Cancelled);
        using var client = new MlflowClient(front.Url);
        using var other = new MlflowClient(back.Url);

        var run = await PromoteAsync(client);

        var version = (await other.GetAsync($"model-versions/get?name={Uri.EscapeDataString(Model)}&version=2")).GetProperty("model_version");
        Assert.Equal(("Production", run), (version.GetProperty("current_stage").GetString(), version.GetProperty("run_id").GetString()));
        await other.GetAsync($"runs/get?run_id={run}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task RunsOnPostgres_WithArtifactsInS3_HaveNothingOnTheDisk()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? string.Empty);
        Assert.SkipWhen(SwiftServer.Missing is not null, SwiftServer.Missing ?? string.Empty);
        using var postgres = new PostgresServer();
        using var folder = new TemporaryFolder();
        var bucket = s3.CreateBucket();
        await using var platform = await PlatformProcess.StartAsync(
            ["--data", folder.Path, "--backend-store-uri", postgres.CreateDatabase(), "--artifacts-destination", $"s3://{bucket}/team"],
            Cancelled,
            ("MLFLOW_S3_ENDPOINT_URL", s3.Endpoint),
            ("AWS_ACCESS_KEY_ID", SwiftServer.AccessKeyId),
            ("AWS_SECRET_ACCESS_KEY", SwiftServer.SecretAccessKey),
            ("AWS_DEFAULT_REGION", "us-east-1"));
        using var client = new MlflowClient(platform.Url);

        await PromoteAsync(client);

        Assert.Empty(Directory.EnumerateFiles(folder.Path, "weights.bin", SearchOption.AllDirectories));
        Assert.False(File.Exists(folder.Combine("mlflow.db")));
    }

    /// <summary>Tracks a run with a file, registers it twice, puts the second version to Production, and finds all of it again.</summary>
    /// <returns>The run's id.</returns>
    private static async Task<string> PromoteAsync(MlflowClient client)
    {
        var experiment = (await client.PostAsync("experiments/create", new { name = "mixed" })).GetProperty("experiment_id").GetString()!;
        var info = (await client.PostAsync("runs/create", new { experiment_id = experiment, run_name = "best", start_time = 1 })).GetProperty("run").GetProperty("info");
        var (run, root) = (info.GetProperty("run_id").GetString()!, info.GetProperty("artifact_uri").GetString()!);
        await client.PostAsync("runs/log-metric", new { run_id = run, key = "auc", value = 0.75, timestamp = 1 });
        await client.PutArtifactAsync(root + "/model/weights.bin", Weights);
        var listed = (await client.GetAsync($"artifacts/list?run_id={run}&path=model")).GetProperty("files")[0];
        Assert.Equal(("model/weights.bin", Weights.Length), (listed.GetProperty("path").GetString(), listed.GetProperty("file_size").GetInt32()));

        await client.PostAsync("registered-models/create", new { name = Model });
        foreach (var version in (string[])["1", "2"])
        {
            await client.PostAsync("model-versions/create", new { name = Model, source = root + "/model", run_id = run, tags = new[] { new { key = "number", value = version } } });
            await client.PostAsync("model-versions/transition-stage", new { name = Model, version, stage = "Production", archive_existing_versions = true });
        }

        await client.PostAsync("registered-models/alias", new { name = Model, alias = "champion", version = "2" });

        var found = await client.PostAsync("runs/search", new { experiment_ids = new[] { experiment }, filter = "metrics.auc > 0.7 AND attributes.run_name = 'best'" });
        Assert.Equal(run, Assert.Single(found.GetProperty("runs").EnumerateArray()).GetProperty("info").GetProperty("run_id").GetString());
        var versions = await client.GetAsync($"model-versions/search?filter={Uri.EscapeDataString($"run_id = '{run}' AND tags.number = '2'")}");
        Assert.Equal("Production", Assert.Single(versions.GetProperty("model_versions").EnumerateArray()).GetProperty("current_stage").GetString());
        var latest = await client.PostAsync("registered-models/get-latest-versions", new { name = Model, stages = new[] { "Archived" } });
        Assert.Equal("1", Assert.Single(latest.GetProperty("model_versions").EnumerateArray()).GetProperty("version").GetString());
        Assert.Equal("2", (await client.GetAsync($"registered-models/alias?name={Uri.EscapeDataString(Model)}&alias=champion")).GetProperty("model_version").GetProperty("version").GetString());
        Assert.Equal(Weights, await client.GetTextAsync($"/model-versions/get-artifact?name={Uri.EscapeDataString(Model)}&version=2&path=weights.bin"));
        return run;
    }
}
