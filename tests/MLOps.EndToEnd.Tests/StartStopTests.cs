using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using MLOps.Testing;

namespace MLOps.EndToEnd.Tests;

/// <summary>The platform as the person starting it meets it.</summary>
public sealed class StartStopTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_OnAnEmptyDirectory_PrintsUrlDirectoryAndNextStep()
    {
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.StartAsync(folder.Path, Cancelled);
        Assert.Contains(platform.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal), platform.Output, StringComparison.Ordinal);
        Assert.Contains(folder.Path, platform.Output, StringComparison.Ordinal);
        Assert.Contains("-- demo", platform.Output, StringComparison.Ordinal);
    }

    /// <summary>Pages answer at every path that nothing else has, and must not hide that a route is there for another method.</summary>
    [Fact]
    public async Task Request_OfAnotherMethod_IsToldSo_WithThePagesBeside()
    {
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.StartAsync(folder.Path, Cancelled);
        using var http = new HttpClient { BaseAddress = new Uri(platform.Url) };
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await http.GetAsync("/api/2.0/mlflow/experiments/create", Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/api/2.0/mlflow/nope/nope", Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/", Cancelled)).StatusCode);
    }

    [Fact]
    public async Task Stop_WhileRunning_EndsCleanlyAndARestartFindsEverything()
    {
        using var folder = new TemporaryFolder();
        string run;
        await using (var first = await PlatformProcess.StartAsync(folder.Path, Cancelled))
        {
            run = await LogRunAsync(first.Url);
            Assert.Equal(0, await first.StopAsync(Cancelled));
        }

        await using var second = await PlatformProcess.StartAsync(folder.Path, Cancelled);
        Assert.Equal(0.25, await LossAsync(second.Url, run));
    }

    [Fact]
    public async Task Kill_AfterAnAcknowledgedMetric_LosesNothing()
    {
        using var folder = new TemporaryFolder();
        string run;
        await using (var first = await PlatformProcess.StartAsync(folder.Path, Cancelled))
        {
            run = await LogRunAsync(first.Url);
            await first.KillAsync(Cancelled);
        }

        await using var second = await PlatformProcess.StartAsync(folder.Path, Cancelled);
        Assert.Equal(0.25, await LossAsync(second.Url, run));
    }

    [Fact]
    public async Task Start_PortInUse_SaysSoInOneLine()
    {
        using var folder = new TemporaryFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";
        await RefusesAsync(["--data", folder.Path, "--urls", url], $"{url} is in use");
    }

    [Fact]
    public async Task Start_DataDirectoryIsAFile_SaysSoInOneLine()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Combine("taken");
        await File.WriteAllTextAsync(file, "not a directory", Cancelled);
        await RefusesAsync(["--data", file, "--urls", FreePort.Url()], file);
    }

    [Fact]
    public async Task Start_DataDirectoryCannotBeMade_NamesItAndTheRemedy() =>
        await RefusesAsync(["--data", "/proc/nope", "--urls", FreePort.Url()], "/proc/nope cannot be made", "--data DIR");

    [Fact]
    public async Task Start_HttpsWithoutACertificate_SaysWhatToDoInOneLine()
    {
        using var folder = new TemporaryFolder();
        var url = FreePort.Url().Replace("http:", "https:", StringComparison.Ordinal);

        // On a machine with a development certificate the address would be served.
        await RefusesAsync(["--data", folder.Path, "--urls", url], url, "certificate", "http://");
    }

    [Fact]
    public async Task Demo_FromAfterUntil_IsRefusedInOneLineBeforeAnythingIsMade()
    {
        using var folder = new TemporaryFolder();
        var data = folder.Combine("never");
        await RefusesAsync(["demo", "--exit", "--from", "2020-04", "--until", "2019-01", "--data", data, "--urls", FreePort.Url()], "--from 2020-04 is after --until 2019-01");
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task Start_CorruptDatabase_SaysSoAndLeavesItAlone()
    {
        using var folder = new TemporaryFolder();
        var database = folder.Combine("mlflow.db");
        var garbage = Enumerable.Range(0, 9000).Select(i => (byte)(i * 7)).ToArray();
        await File.WriteAllBytesAsync(database, garbage, Cancelled);
        await RefusesAsync(["--data", folder.Path, "--urls", FreePort.Url()], database);
        Assert.Equal(garbage, await File.ReadAllBytesAsync(database, Cancelled));
    }

    [Fact]
    public async Task Start_SecondPlatformOnTheSameDirectory_IsRefused()
    {
        using var folder = new TemporaryFolder();
        await using var first = await PlatformProcess.StartAsync(folder.Path, Cancelled);
        await RefusesAsync(["--data", folder.Path, "--urls", FreePort.Url()], folder.Path);
    }

    [Fact]
    public async Task Start_WithMlflowsFlags_ServesUnderThePrefixFromTheNamedFile()
    {
        using var folder = new TemporaryFolder();
        var database = folder.Combine("team.db");
        await using var platform = await PlatformProcess.StartAsync(["--backend-store-uri", $"sqlite:///{database}", "--static-prefix", "/desk"], Cancelled);
        using var client = new HttpClient { BaseAddress = new Uri(platform.Url) };
        var experiment = await client.GetFromJsonAsync<JsonElement>("/desk/api/2.0/mlflow/experiments/get?experiment_id=0", Cancelled);
        Assert.Equal("Default", experiment.GetProperty("experiment").GetProperty("name").GetString());
        Assert.Contains("<base href=\"/desk/\"", await client.GetStringAsync("/desk/", Cancelled), StringComparison.Ordinal);
        using var outside = await client.GetAsync("/api/2.0/mlflow/experiments/get?experiment_id=0", Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, outside.StatusCode);

        // MLflow has OpenTelemetry's route without the prefix, its clients look for it under theirs.
        foreach (var path in (string[])["/v1/traces", "/desk/v1/traces"])
        {
            using var traces = await client.PostAsJsonAsync(path, new { }, Cancelled);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, traces.StatusCode);
        }

        Assert.True(File.Exists(database));
        Assert.True(Directory.Exists(database + ".d"));
    }

    [Fact]
    public async Task Start_OnPostgres_KeepsRunsThereAndStartsAgain()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? string.Empty);
        using var server = new PostgresServer();
        using var folder = new TemporaryFolder();
        string[] arguments = ["--data", folder.Path, "--backend-store-uri", server.CreateDatabase()];
        string run;
        await using (var first = await PlatformProcess.StartAsync(arguments, Cancelled))
        {
            run = await LogRunAsync(first.Url);
            await first.KillAsync(Cancelled);
        }

        await using var second = await PlatformProcess.StartAsync(arguments, Cancelled);
        Assert.Equal(0.25, await LossAsync(second.Url, run));
        Assert.False(File.Exists(folder.Combine("mlflow.db")));
    }

    [Fact]
    public async Task Start_PostgresThatIsNotThere_SaysSoInOneLine()
    {
        using var folder = new TemporaryFolder();
        var nobody = new Uri(FreePort.Url()).Authority;
        await RefusesAsync(["--data", folder.Path, "--urls", FreePort.Url(), "--backend-store-uri", $"postgresql://quant:secret@{nobody}/mlflow"], $"{nobody}/mlflow does not answer");
    }

    private static async Task RefusesAsync(string[] arguments, params string[] expected)
    {
        var (exitCode, output) = await PlatformProcess.RunToEndAsync(arguments, TimeSpan.FromSeconds(60), Cancelled);
        Assert.NotEqual(0, exitCode);
        var line = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.StartsWith("mlops: ", line, StringComparison.Ordinal);
        Assert.All(expected, part => Assert.Contains(part, line, StringComparison.Ordinal));
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
    }

    private static async Task<string> LogRunAsync(string url)
    {
        using var client = new HttpClient { BaseAddress = new Uri(url + "/api/2.0/mlflow/") };
        using var created = await client.PostAsJsonAsync("runs/create", new { experiment_id = "0", start_time = 1 }, Cancelled);
        var run = (await created.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;
        using var logged = await client.PostAsJsonAsync("runs/log-metric", new { run_id = run, key = "loss", value = 0.25, timestamp = 1, step = 0 }, Cancelled);
        Assert.Equal(HttpStatusCode.OK, logged.StatusCode);
        return run;
    }

    private static async Task<double> LossAsync(string url, string run)
    {
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        var answer = await client.GetFromJsonAsync<JsonElement>($"/api/2.0/mlflow/runs/get?run_id={run}", Cancelled);
        return Assert.Single(answer.GetProperty("run").GetProperty("data").GetProperty("metrics").EnumerateArray()).GetProperty("value").GetDouble();
    }

    /// <summary>A request that was there before is answered, however little hurry its caller is in.</summary>
    [Fact]
    public async Task Stop_WithASlowRequestUnderWay_AnswersItAndExitsCleanly()
    {
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.StartAsync(["--data", folder.Path], Cancelled);
        var address = new Uri(platform.Url);
        using var caller = new TcpClient();
        await caller.ConnectAsync(address.Host, address.Port, Cancelled);
        var stream = caller.GetStream();
        const string Body = """{"name":"slow"}""";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /api/2.0/mlflow/experiments/create HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\nConnection: close\r\n\r\n{Body[..5]}"), Cancelled);
        await Task.Delay(TimeSpan.FromSeconds(1), Cancelled);

        var stopped = platform.StopAsync(Cancelled);
        await Task.Delay(TimeSpan.FromSeconds(3), Cancelled);
        Assert.False(stopped.IsCompleted);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Body[5..]), Cancelled);
        using var answer = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 200 OK", await answer.ReadLineAsync(Cancelled));
        Assert.Equal(0, await stopped);
    }
}
