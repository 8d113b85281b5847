using System.Text.Json;
using System.Text.RegularExpressions;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Gateway.Tests.Upstream;
using MLOps.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>The calls recorded against a real MLflow 3.11, sent to this server in the same order, starting empty.</summary>
public sealed class GoldenParityTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    [Fact]
    public Task Answers_OfRecordedCalls_AreMlflowsButForTheListedDifferences() => Golden.ReplayAsync(platform);
}

/// <summary>The same on PostgreSQL. MLflow's own recordings on the two databases differ in the numbers of experiments and in drivers' texts alone.</summary>
public sealed class PostgresGoldenParityTests(PostgresServer server)
{
    [Fact]
    public async Task Answers_OfRecordedCalls_AreMlflowsButForTheListedDifferences()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? string.Empty);
        await using var platform = new PostgresPlatform(server.CreateDatabase());
        await platform.InitializeAsync();
        await Golden.ReplayAsync(platform);
    }

    private sealed class PostgresPlatform(string uri) : ServingPlatform
    {
        protected override string? StoreUri() => uri;
    }
}

/// <summary>The same with another platform behind this one: what passes through twice is still MLflow's.</summary>
public sealed class UpstreamGoldenParityTests(UpstreamServer back) : IClassFixture<UpstreamServer>
{
    [Fact]
    public async Task Answers_OfRecordedCalls_AreMlflowsButForTheListedDifferences()
    {
        await using var front = await FrontPlatform.StartAsync(back.Emptied(), ("MLOps:Upstream:BaseDelay", "00:00:00.001"));
        await Golden.ReplayAsync(front);
    }
}

internal static partial class Golden
{
    private const int CallCount = 472;

    /// <summary>Ordered by run name and by run id, which are random: only their status can be compared.</summary>
    private static readonly int[] OrderedByChance = [256, 261];

    public static async Task ReplayAsync(ServingPlatform platform)
    {
        var calls = RecordedCall.All();
        var known = KnownDifferences.Read();
        Assert.Equal(CallCount, calls.Count);
        Assert.All(known.Keys, call => Assert.InRange(call, 1, CallCount));

        var runs = new Dictionary<string, string>();
        var placeholders = new Dictionary<string, string>();
        var wrong = new List<string>();
        foreach (var call in calls)
        {
            using var request = call.ToRequest(platform.Http.BaseAddress!, runs);
            using var response = await platform.Http.SendAsync(request, TestContext.Current.CancellationToken);
            var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var status = (int)response.StatusCode;
            var answer = CanonicalAnswer.Of(body, placeholders);
            if (known.TryGetValue(call.Call, out var expected))
            {
                if (status != expected)
                {
                    wrong.Add($"{call}: listed to answer {expected}, answers {status} {answer}");
                }
                else if (ErrorCode(answer) is { } ours && ErrorCode(call.Answer) is { } theirs && ours != theirs)
                {
                    wrong.Add($"{call}: MLflow's error_code is {theirs}, here it is {ours}");
                }
                else if (status == call.Status && answer == call.Answer)
                {
                    wrong.Add($"{call}: answers as MLflow does and is listed as a difference in docs/mlflow-differences.md");
                }
            }
            else if (status != call.Status || (answer != call.Answer && !OrderedByChance.Contains(call.Call)))
            {
                wrong.Add($"{call}\n  MLflow {call.Status} {call.Answer}\n  here   {status} {answer}");
            }

            Remember(call, body, runs, placeholders);
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {calls.Count} calls:\n{string.Join('\n', wrong)}");
    }

    private static string? ErrorCode(string answer) => ErrorCodes().Match(answer) is { Success: true } found ? found.Groups[1].Value : null;

    [GeneratedRegex("\"error_code\": ?\"([A-Z_]+)\"")]
    private static partial Regex ErrorCodes();

    private static void Remember(RecordedCall call, string body, Dictionary<string, string> runs, Dictionary<string, string> placeholders)
    {
        if (call.Label == "lm create")
        {
            using var created = JsonDocument.Parse(body);
            runs["model1"] = created.RootElement.GetProperty("model").GetProperty("info").GetProperty("model_id").GetString()!;
            placeholders[runs["model1"]] = "<model1>";
        }

        if (call.Label is not ("create run" or "create run str time"))
        {
            return;
        }

        using var json = JsonDocument.Parse(body);
        var info = json.RootElement.GetProperty("run").GetProperty("info");
        var name = call.Label == "create run" ? "run1" : "run2";
        runs[name] = info.GetProperty("run_id").GetString()!;
        placeholders[runs[name]] = $"<{name}>";
        if (name == "run2")
        {
            placeholders[info.GetProperty("run_name").GetString()!] = "<random-name>";
        }
    }
}
