using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Tracking;
using MLOps.Tracking.Scorers;

namespace MLOps.Gateway.Mlflow;

/// <summary><c>3.0/mlflow/scorers*</c>: judges of traces, kept and versioned. Running them is the client's affair.</summary>
internal static class ScorerRoutes
{
    private const string Scorers = "/3.0/mlflow/scorers";

    public static void Map(MlflowRoutes routes)
    {
        routes.Traced(HttpMethods.Post, Scorers + "/register", RegisterAsync);
        routes.Traced(HttpMethods.Get, Scorers + "/list", ListAsync);
        routes.Traced(HttpMethods.Get, Scorers + "/versions", ListVersionsAsync);
        routes.Traced(HttpMethods.Get, Scorers + "/get", GetAsync);
        routes.Traced(HttpMethods.Delete, Scorers + "/delete", DeleteAsync);
        routes.Traced(HttpMethods.Get, Scorers + "/online-configs", GetOnlineScoringAsync);
        routes.Traced(HttpMethods.Put, Scorers + "/online-config", SetOnlineScoringAsync);
    }

    private static async Task RegisterAsync(MlflowCall call)
    {
        var request = call.Request;
        var (experimentId, name) = Scorer(request);
        if (request.Nested("serialized_scorer") is not { ValueKind: JsonValueKind.Object } scorer)
        {
            throw MlflowRequest.Invalid("serialized_scorer must be valid JSON");
        }

        if (scorer.TryGetProperty("call_source", out var source) && source.ValueKind != JsonValueKind.Null)
        {
            throw MlflowRequest.Invalid("Scorers made of code (the @scorer decorator) are not registered: whoever loads one would run what its author wrote. Keep the code in a repository and import it, or register a built-in scorer or a judge.");
        }

        var version = await Store(call).RegisterAsync(experimentId, name, request.Required("serialized_scorer"), call.Cancelled);
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("version", version.Version);
            json.WriteString("scorer_id", version.ScorerId);
            json.WriteString("experiment_id", version.ExperimentId);
            json.WriteString("name", version.Name);
            json.WriteString("serialized_scorer", version.Serialized);
            json.WriteNumber("creation_time", version.CreationTime);
            json.WriteEndObject();
        });
    }

    private static async Task ListAsync(MlflowCall call) =>
        await AnswerListAsync(call, await Store(call).ListAsync(call.Request.Required("experiment_id"), call.Cancelled));

    private static async Task ListVersionsAsync(MlflowCall call)
    {
        var (experimentId, name) = Scorer(call.Request);
        await AnswerListAsync(call, await Store(call).ListVersionsAsync(experimentId, name, call.Cancelled));
    }

    private static async Task GetAsync(MlflowCall call)
    {
        var (experimentId, name) = Scorer(call.Request);
        await call.AnswerAsync("scorer", await Store(call).GetAsync(experimentId, name, Version(call.Request), call.Cancelled), Write);
    }

    private static async Task DeleteAsync(MlflowCall call)
    {
        var (experimentId, name) = Scorer(call.Request);
        await Store(call).DeleteAsync(experimentId, name, Version(call.Request), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task GetOnlineScoringAsync(MlflowCall call)
    {
        var ids = call.Request.Texts("scorer_ids");
        if (ids.Count == 0)
        {
            throw MlflowRequest.Missing("scorer_ids");
        }

        var configs = await Store(call).GetOnlineScoringAsync(ids, call.Cancelled);
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("configs");
            foreach (var config in configs)
            {
                Write(json, config);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static async Task SetOnlineScoringAsync(MlflowCall call)
    {
        var request = call.Request;
        var (experimentId, name) = Scorer(request);
        var rate = request.Element("sample_rate", null);
        var config = await Store(call).SetOnlineScoringAsync(
            experimentId,
            name,
            rate.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? throw MlflowRequest.Missing("sample_rate") : MlflowRequest.Double(rate) ?? throw MlflowRequest.WrongType("sample_rate", rate),
            request.Text("filter_string"),
            call.Cancelled);
        await call.AnswerAsync("config", config, Write);
    }

    private static (string ExperimentId, string Name) Scorer(MlflowRequest request) => (request.Required("experiment_id"), request.Required("name"));

    private static int? Version(MlflowRequest request) =>
        request.Long("version") is { } version ? version is > 0 and <= int.MaxValue ? (int)version : throw MlflowRequest.Invalid($"Invalid value {version} for parameter 'version' supplied.") : null;

    private static IScorerStore Store(MlflowCall call) => call.Http.RequestServices.GetRequiredService<IScorerStore>();

    private static Task AnswerListAsync(MlflowCall call, IReadOnlyList<ScorerVersion> versions) => call.AnswerAsync(json =>
        MlflowJson.Page(json, "scorers", new Page<ScorerVersion>(versions, null), Write));

    private static void Write(Utf8JsonWriter json, ScorerVersion version)
    {
        json.WriteStartObject();
        json.WriteNumber("experiment_id", long.Parse(version.ExperimentId, System.Globalization.CultureInfo.InvariantCulture));
        json.WriteString("scorer_name", version.Name);
        json.WriteNumber("scorer_version", version.Version);
        json.WriteString("serialized_scorer", version.Serialized);
        json.WriteNumber("creation_time", version.CreationTime);
        json.WriteString("scorer_id", version.ScorerId);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, OnlineScoring config)
    {
        json.WriteStartObject();
        json.WriteString("online_scoring_config_id", config.ConfigId);
        json.WriteString("scorer_id", config.ScorerId);
        json.WriteNumber("sample_rate", config.SampleRate);
        json.WriteString("experiment_id", config.ExperimentId);
        TraceJson.Optional(json, "filter_string", config.Filter);
        json.WriteEndObject();
    }
}
