using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <summary><c>runs/create-promptlab-run</c>: what somebody tried in MLflow's prompt page, kept as a run.</summary>
internal static class PromptlabRoutes
{
    public static void Map(MlflowRoutes routes) => routes.Post("runs/create-promptlab-run", CreateAsync);

    private static async Task CreateAsync(MlflowCall call)
    {
        var request = call.Request;
        var clock = call.Http.RequestServices.GetRequiredService<TimeProvider>();
        var experiment = Required(request, "experiment_id");
        var template = Required(request, "prompt_template");
        var prompt = Pairs(request, "prompt_parameters");
        if (prompt.Count == 0)
        {
            throw Missing("prompt_parameters");
        }

        var trial = new PromptTrial(
            template,
            prompt,
            Required(request, "model_route"),
            Pairs(request, "model_parameters"),
            Required(request, "model_input"),
            request.Text("model_output"),
            Pairs(request, "model_output_parameters"));
        Required(request, "mlflow_version");

        var created = await call.Run(Guid.NewGuid().ToString("n")).CreateAsync(new CreateRun(
            experiment,
            request.Text("run_name"),
            request.Text("user_id") ?? "unknown",
            request.Long("start_time") ?? clock.GetUtcNow().ToUnixTimeMilliseconds(),
            [.. request.Pairs("tags").Select(tag => tag with { Key = MlflowRules.Key(tag.Key, "key", "Tag key") })]));
        var run = call.Run(created.Info.RunId);
        var finished = false;
        try
        {
            await FillAsync(call, run, created.Info, trial, clock.GetUtcNow());
            finished = true;
        }
        finally
        {
            await run.UpdateAsync(new UpdateRun(finished ? RunStatus.Finished : RunStatus.Failed, clock.GetUtcNow().ToUnixTimeMilliseconds(), null));
        }

        await call.AnswerAsync("run", await call.Tracking.GetRunAsync(created.Info.RunId, call.Cancelled), MlflowJson.Run);
    }

    private static async Task FillAsync(MlflowCall call, IRunGrain run, RunInfo info, PromptTrial trial, DateTimeOffset now)
    {
        await run.LogBatchAsync(new LogBatch(
            [],
            [.. trial.ModelParameters.Select(parameter => parameter with { Key = MlflowRules.Key(parameter.Key, "key", "Param key") }), new("model_route", trial.Route), new("prompt_template", trial.Template)],
            [new("mlflow.loggedArtifacts", """[{"path": "eval_results_table.json", "type": "table"}]"""), new("mlflow.runSourceType", "PROMPT_ENGINEERING")]));
        var model = PromptModel.Description(trial, info.RunId, now);
        await run.LogModelAsync(model);
        var location = call.Http.RequestServices.GetRequiredService<IArtifactResolver>().Resolve(info.ArtifactUri);
        foreach (var (path, text) in PromptModel.Files(trial, model))
        {
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
            await location.Store.WriteAsync(location.Combine(path), content, call.Cancelled);
        }
    }

    private static string Required(MlflowRequest request, string name) => request.NotEmpty(name) ?? throw Missing(name);

    private static MLOpsException Missing(string name) => MlflowRequest.Invalid($"CreatePromptlabRun request must specify {name}.");

    /// <summary>Objects with key and value; values that are no texts are written as Python's <c>str</c> has them.</summary>
    private static List<KeyValue> Pairs(MlflowRequest request, string name)
    {
        var pairs = new List<KeyValue>();
        foreach (var item in request.Items(name))
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{name}[{pairs.Count}]");
            var key = MlflowRequest.Text(item, "key", path + ".key");
            var value = MlflowRequest.Property(item, "value");
            pairs.Add(new KeyValue(
                string.IsNullOrEmpty(key) ? throw MlflowRequest.Missing(path + ".key") : key,
                value.ValueKind switch
                {
                    JsonValueKind.String => MlflowRequest.Unicode(value),
                    JsonValueKind.Number => value.GetRawText(),
                    JsonValueKind.True => "True",
                    JsonValueKind.False => "False",
                    JsonValueKind.Undefined or JsonValueKind.Null => "None",
                    _ => throw MlflowRequest.WrongType(path + ".value", value),
                }));
        }

        return pairs;
    }
}
