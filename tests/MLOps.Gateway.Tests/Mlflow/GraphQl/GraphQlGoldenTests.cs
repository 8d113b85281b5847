using System.Net;
using System.Text;
using System.Text.Json;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Testing;

namespace MLOps.Gateway.Tests.Mlflow.GraphQl;

/// <summary>Queries recorded against a real MLflow 3.11: its answers are ours, but for those listed here (and, in words, in docs/mlflow-differences.md).</summary>
public sealed class GraphQlGoldenTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private const string Syntax = "a text that is no GraphQL is a client's fault: 400";
    private const string Conditions = "@skip and @include are known";
    private const string Hints = "no guess at what was meant";

    /// <summary>Label to why it is answered otherwise.</summary>
    private static readonly Dictionary<string, string> Differences = new()
    {
        ["echo mutation"] = "it echoes",
        ["run whole"] = "aliases of versions that a search finds are answered",
        ["versions"] = "aliases of versions that a search finds are answered",
        ["search runs enum"] = "the view can be given",
        ["search runs enum literal"] = "the view can be given",
        ["test without argument"] = "no Python in the message",
        ["run without input"] = "no Python in the message",
        ["skip include"] = Conditions,
        ["variable nullable at non-null"] = Conditions,
        ["directive misplaced"] = Conditions,
        ["directive without argument"] = Conditions,
        ["directive twice"] = Conditions,
        ["enum as string"] = Hints,
        ["variable of an output type"] = Hints,
        ["fragment on a wrong type"] = Hints,
        ["mutation in query"] = Hints,
        ["schema definition"] = Syntax,
        ["syntax"] = Syntax,
        ["syntax string"] = Syntax,
        ["syntax empty selection"] = Syntax,
        ["syntax character"] = Syntax,
        ["empty"] = Syntax,
        ["introspection of an input"] = "no default value that says null",
        ["introspection"] = "fields of fragments elsewhere are no fields of the root",
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_OfRecordedQueries_AreMlflowsButForTheListedDifferences()
    {
        var names = await SetUpAsync();
        var wrong = new List<string>();
        var calls = File.ReadLines(RepositoryRoot.Combine("tests", "data", "mlflow-golden", "graphql.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(101, calls.Count);
        Assert.Empty(Differences.Keys.Except(calls.Select(call => call.GetProperty("label").GetString()!)));
        foreach (var call in calls)
        {
            var label = call.GetProperty("label").GetString()!;
            var members = call.EnumerateObject().Where(member => member.Name is "query" or "variables" or "operationName").ToDictionary(member => member.Name, member => member.Value);
            var body = names.Aggregate(JsonSerializer.Serialize(members).Replace("\\u003C", "<", StringComparison.Ordinal).Replace("\\u003E", ">", StringComparison.Ordinal), (text, name) => text.Replace(name.Key, name.Value, StringComparison.Ordinal));
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await platform.Http.PostAsync("/graphql", content, Ct);
            var ours = Canonical(await answer.Content.ReadAsStringAsync(Ct), names);
            var theirs = call.GetProperty("answer").GetString() is { } recorded ? Canonical(recorded, names) : null;
            var same = (int)answer.StatusCode == call.GetProperty("status").GetInt32() && ours == theirs;
            if (same == Differences.ContainsKey(label))
            {
                wrong.Add($"'{label}'{(same ? " is listed as a difference" : string.Empty)}\n  MLflow {theirs}\n  here   {(int)answer.StatusCode} {ours}");
            }

            // A difference is no excuse for a failure.
            Assert.True(answer.StatusCode == (Differences.GetValueOrDefault(label) == Syntax ? HttpStatusCode.BadRequest : HttpStatusCode.OK), $"'{label}' answers {answer.StatusCode} {ours}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task Schema_ReadByATool_IsMlflows()
    {
        const string Reference = "type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
        var answer = await platform.Http.PostAsync("/graphql", new
        {
            query = $$"""{ __schema { types { kind name fields { name args { name {{Reference}} } {{Reference}} } inputFields { name {{Reference}} } enumValues { name } } } }""",
        });
        var ours = new List<string>();
        foreach (var type in answer.GetProperty("data").GetProperty("__schema").GetProperty("types").EnumerateArray().Where(type => !NameOf(type).StartsWith("__", StringComparison.Ordinal)))
        {
            var name = NameOf(type);
            ours.Add($"{type.GetProperty("kind").GetString()} {name}");
            ours.AddRange(Items(type, "fields").Select(field => $"{name}.{NameOf(field)}{Arguments(field)}: {TypeOf(field.GetProperty("type"))}"));
            ours.AddRange(Items(type, "inputFields").Select(field => $"{name}.{NameOf(field)}: {TypeOf(field.GetProperty("type"))}"));
            ours.AddRange(Items(type, "enumValues").Select(value => $"{name}.{NameOf(value)}"));
        }

        Assert.Equal(await File.ReadAllLinesAsync(RepositoryRoot.Combine("tests", "data", "mlflow-golden", "graphql-schema.txt"), Ct), ours.Order(StringComparer.Ordinal));
    }

    /// <returns>What stands in the recording for the ids of this run of the test.</returns>
    private async Task<Dictionary<string, string>> SetUpAsync()
    {
        async Task<JsonElement> Post(string path, object body) => await platform.Http.PostAsync(MlflowHttp.Api + path, body);
        var experiment = (await Post("experiments/create", new { name = "gql", tags = (object[])[new { key = "a", value = "b" }] })).GetProperty("experiment_id").GetString()!;
        async Task<string> Run(string name, string? user, long time) =>
            (await Post("runs/create", new { experiment_id = experiment, run_name = name, user_id = user, start_time = time })).GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;
        var run = await Run("first", "u", 1_700_000_000_000);
        var second = await Run("second", null, 1_700_000_000_001);
        await Post("runs/log-parameter", new { run_id = run, key = "lr", value = "0.1" });
        await Post("runs/set-tag", new { run_id = run, key = "t", value = "v" });
        for (var step = 0; step < 5; step++)
        {
            await Post("runs/log-metric", new { run_id = run, key = "m", value = step / 2.0, timestamp = 1_700_000_000_000 + step, step });
        }

        await Post("runs/log-metric", new { run_id = run, key = "n", value = "NaN", timestamp = 1, step = 2 });
        await Post("runs/log-metric", new { run_id = run, key = "i", value = "Infinity", timestamp = 1, step = 2 });
        await Post("runs/log-inputs", new
        {
            run_id = run,
            datasets = (object[])
            [
                new { tags = (object[])[new { key = "mlflow.data.context", value = "training" }], dataset = new { name = "d", digest = "12", source_type = "local", source = "s" } },
                new { dataset = new { name = "d2", digest = "13", source_type = "local", source = "s", schema = "x", profile = "y" } },
            ],
        });
        await Post("runs/update", new { run_id = run, status = "FINISHED", end_time = 1_700_000_005_000 });
        await Post("registered-models/create", new { name = "gqlmodel" });
        await Post("model-versions/create", new { name = "gqlmodel", source = $"mlflow-artifacts:/{experiment}/{run}/artifacts/model", run_id = run, tags = (object[])[new { key = "k", value = "w" }] });
        await Post("registered-models/alias", new { name = "gqlmodel", alias = "champ", version = "1" });
        return new() { ["<RUN2>"] = second, ["<RUN>"] = run, ["<EXP>"] = experiment };
    }

    private static string Canonical(string body, Dictionary<string, string> names) =>
        CanonicalAnswer.Of(names.Where(name => name.Key != "<EXP>").Aggregate(body, (text, name) => text.Replace(name.Value, name.Key, StringComparison.Ordinal)), new Dictionary<string, string>());

    private static string NameOf(JsonElement named) => named.GetProperty("name").GetString()!;

    private static JsonElement[] Items(JsonElement type, string name) => type.GetProperty(name) is { ValueKind: JsonValueKind.Array } items ? [.. items.EnumerateArray()] : [];

    private static string Arguments(JsonElement field) => string.Join(", ", Items(field, "args").Select(argument => $"{NameOf(argument)}: {TypeOf(argument.GetProperty("type"))}")) is { Length: > 0 } text ? $"({text})" : string.Empty;

    private static string TypeOf(JsonElement type) => type.GetProperty("kind").GetString() switch
    {
        "LIST" => $"[{TypeOf(type.GetProperty("ofType"))}]",
        "NON_NULL" => TypeOf(type.GetProperty("ofType")) + "!",
        _ => NameOf(type),
    };
}
