using System.Globalization;
using System.Text.Json;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <summary><c>runs/*</c> and <c>metrics/*</c>.</summary>
internal static class RunRoutes
{
    private const int DefaultSearch = 1000;
    private const int MaxSearch = 50_000;

    public static void Map(MlflowRoutes routes)
    {
        routes.Post("runs/create", CreateAsync);
        routes.Get("runs/get", GetAsync);
        routes.Post("runs/update", UpdateAsync);
        routes.Post("runs/delete", DeleteAsync);
        routes.Post("runs/restore", RestoreAsync);
        routes.Post("runs/log-metric", LogMetricAsync);
        routes.Post("runs/log-parameter", LogParameterAsync);
        routes.Post("runs/log-batch", LogBatchAsync);
        routes.Post("runs/log-inputs", LogInputsAsync);
        routes.Post("runs/set-tag", SetTagAsync);
        routes.Post("runs/delete-tag", DeleteTagAsync);
        routes.Post("runs/search", SearchAsync);
        routes.Post("runs/outputs", LogOutputsAsync);
        routes.Post("runs/log-model", LogModelAsync);
    }

    private static string RunId(MlflowRequest request) => request.Required("run_id", "run_uuid");

    private static async Task CreateAsync(MlflowCall call)
    {
        var request = call.Request;
        var run = await call.Run(Guid.NewGuid().ToString("n")).CreateAsync(new CreateRun(
            request.Text("experiment_id") is { Length: > 0 } id ? id : throw MissingExperiment(),
            request.Text("run_name"),
            request.Text("user_id"),
            request.Long("start_time"),
            [.. request.Pairs("tags").Select(tag => tag with { Key = MlflowRules.Key(tag.Key, "key", "Tag key") })]));
        await call.AnswerAsync("run", run, MlflowJson.NewRun);
    }

    public static Task<Run> ReadAsync(MlflowCall call) => call.Tracking.GetRunAsync(RunId(call.Request), call.Cancelled);

    private static async Task GetAsync(MlflowCall call) => await call.AnswerAsync("run", await ReadAsync(call), MlflowJson.Run);

    private static async Task UpdateAsync(MlflowCall call)
    {
        var request = call.Request;
        var info = await call.Run(RunId(request)).UpdateAsync(new UpdateRun(Status(request.Element("status", null)), request.Long("end_time"), request.Text("run_name")));
        await call.AnswerAsync("run_info", info, MlflowJson.RunInfo);
    }

    private static async Task DeleteAsync(MlflowCall call)
    {
        await call.Run(RunId(call.Request)).DeleteAsync();
        await call.AnswerEmptyAsync();
    }

    private static async Task RestoreAsync(MlflowCall call)
    {
        await call.Run(RunId(call.Request)).RestoreAsync();
        await call.AnswerEmptyAsync();
    }

    private static async Task LogMetricAsync(MlflowCall call)
    {
        var request = call.Request;
        var run = RunId(request);
        var key = request.Required("key");
        var given = request.Element("value", null);
        if (given.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            throw MlflowRequest.Missing("value");
        }

        var value = MlflowRequest.Double(given) ?? throw MlflowRequest.WrongType("value", given);
        var timestamp = request.RequiredLong("timestamp");
        var step = request.Long("step") ?? 0;
        var metric = Checked(new Metric(key, value, timestamp, step), "name");
        var batch = LogBatch.OfMetric(metric);
        await call.Run(run).LogBatchAsync(request.Text("model_id") is { Length: > 0 } model
            ? batch with { ModelMetrics = [new ModelMetric(model, metric.Key, metric.Value, metric.Timestamp, metric.Step, request.Text("dataset_name"), request.Text("dataset_digest"))] }
            : batch);
        await call.AnswerEmptyAsync();
    }

    private static async Task LogParameterAsync(MlflowCall call)
    {
        var request = call.Request;
        var run = RunId(request);
        var key = MlflowRules.Key(request.Required("key"), "key", "Param key");
        await call.Run(run).LogBatchAsync(LogBatch.OfParam(key, request.Text("value") ?? string.Empty));
        await call.AnswerEmptyAsync();
    }

    private static async Task LogBatchAsync(MlflowCall call)
    {
        var request = call.Request;
        var run = RunId(request);
        if (run.Length > 256 || !char.IsLetterOrDigit(run[0]) || !run.All(c => char.IsLetterOrDigit(c) || c is '_' or '-'))
        {
            throw MlflowRequest.Invalid($"Invalid value \"{run[..Math.Min(run.Length, 300)]}\" for parameter 'run_id' supplied.");
        }

        var (metrics, modelMetrics) = Metrics(request);
        var parameters = request.Pairs("params");
        var tags = request.Pairs("tags");
        BatchLimits.Check(metrics.Count, parameters, tags.Count);
        for (var i = 0; i < metrics.Count; i++)
        {
            if (!MlflowRules.IsPlainKey(metrics[i].Key) || metrics[i].Timestamp < 0)
            {
                Checked(metrics[i], string.Create(CultureInfo.InvariantCulture, $"metrics[{i}].name"));
            }
        }

        for (var i = 0; i < parameters.Count; i++)
        {
            MlflowRules.Key(parameters[i].Key, string.Create(CultureInfo.InvariantCulture, $"params[{i}].key"), "Param key");
        }

        for (var i = 0; i < tags.Count; i++)
        {
            MlflowRules.Key(tags[i].Key, string.Create(CultureInfo.InvariantCulture, $"tags[{i}].key"), "Tag key");
        }

        await call.Run(run).LogBatchAsync(new LogBatch(metrics, parameters, tags) { ModelMetrics = modelMetrics });
        await call.AnswerEmptyAsync();
    }

    private static async Task LogInputsAsync(MlflowCall call)
    {
        var run = RunId(call.Request);
        var inputs = call.Request.Items("datasets").Select(Input).ToList();
        var models = call.Request.Items("models").Select((item, index) => ModelId(item, index)).ToList();
        await call.Run(run).LogInputsAsync(inputs, models);
        await call.AnswerEmptyAsync();
    }

    private static async Task LogOutputsAsync(MlflowCall call)
    {
        var run = RunId(call.Request);
        var models = call.Request.Items("models")
            .Select((item, index) => new ModelOutput(ModelId(item, index), MlflowRequest.Property(item, "step") is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } step ? MlflowRequest.Long(step) ?? throw MlflowRequest.WrongType($"models[{index}].step", step) : 0))
            .ToList();
        await call.Run(run).LogOutputsAsync(models);
        await call.AnswerEmptyAsync();
    }

    private static async Task LogModelAsync(MlflowCall call)
    {
        var run = RunId(call.Request);
        var text = call.Request.Required("model_json");
        try
        {
            using var model = JsonDocument.Parse(text);
            string[] missing = [.. ((string[])["artifact_path", "flavors", "run_id", "utc_time_created"]).Where(field => MlflowRequest.Property(model.RootElement, field).ValueKind == JsonValueKind.Undefined)];
            if (missing.Length > 0)
            {
                throw MlflowRequest.Invalid($"Model json is missing mandatory fields: {{{string.Join(", ", missing.Select(field => $"'{field}'"))}}}");
            }
        }
        catch (JsonException)
        {
            throw MlflowRequest.Invalid($"Malformed model info. \n {text} \n is not a valid JSON.");
        }

        await call.Run(run).LogModelAsync(text);
        await call.AnswerEmptyAsync();
    }

    private static string ModelId(JsonElement item, int index) =>
        MlflowRequest.Text(item, "model_id", $"models[{index}].model_id") is { Length: > 0 } id ? id : throw MlflowRequest.Missing($"models[{index}].model_id");

    private static async Task SetTagAsync(MlflowCall call)
    {
        var request = call.Request;
        var run = RunId(request);
        var key = MlflowRules.Key(request.Required("key"), "key", "Tag key");
        await call.Run(run).LogBatchAsync(LogBatch.OfTag(key, request.Text("value") ?? string.Empty));
        await call.AnswerEmptyAsync();
    }

    private static async Task DeleteTagAsync(MlflowCall call)
    {
        await call.Run(RunId(call.Request)).DeleteTagAsync(call.Request.Required("key"));
        await call.AnswerEmptyAsync();
    }

    public static Task<Page<Run>> FindAsync(MlflowCall call)
    {
        var request = call.Request;
        return call.Tracking.SearchRunsAsync(
            new SearchRuns(
                request.Texts("experiment_ids"),
                request.Text("filter"),
                request.Texts("order_by"),
                MlflowRules.View(request, "run_view_type", strict: false),
                MlflowRules.MaxResults(
                    request,
                    DefaultSearch,
                    MaxSearch,
                    $"Invalid value {request.Long("max_results")} for parameter 'max_results' supplied:  Hint: Value was of type 'int'. See the API docs for more information about request parameters."),
                request.Text("page_token")),
            call.Cancelled);
    }

    private static async Task SearchAsync(MlflowCall call)
    {
        var page = await FindAsync(call);
        await call.AnswerAsync(json => MlflowJson.Page(json, "runs", page, MlflowJson.Run));
    }

    /// <summary>The metrics of a batch, and those of them that name a logged model. One pass over each object's members: batches are long.</summary>
    private static (List<Metric> Metrics, List<ModelMetric> ModelMetrics) Metrics(MlflowRequest request)
    {
        var metrics = new List<Metric>();
        var modelMetrics = new List<ModelMetric>();
        foreach (var item in request.Items("metrics"))
        {
            var fields = MetricFields.Of(item);
            var index = metrics.Count;
            string Path(string field) => string.Create(CultureInfo.InvariantCulture, $"metrics[{index}].{field}");
            var key = fields.Key.ValueKind switch
            {
                JsonValueKind.Undefined or JsonValueKind.Null => null,
                JsonValueKind.String => MlflowRequest.Unicode(fields.Key),
                _ => throw MlflowRequest.WrongType(Path("key"), fields.Key),
            };
            var metric = new Metric(
                string.IsNullOrEmpty(key) ? throw MlflowRequest.Missing(Path("key")) : key,
                Given(fields.Value, Path, "value", MlflowRequest.Double),
                Given(fields.Timestamp, Path, "timestamp", MlflowRequest.Long),
                fields.Step.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? 0 : Given(fields.Step, Path, "step", MlflowRequest.Long));
            metrics.Add(metric);
            if (fields.ModelId.ValueKind == JsonValueKind.String && MlflowRequest.Unicode(fields.ModelId) is { Length: > 0 } model)
            {
                modelMetrics.Add(new ModelMetric(
                    model,
                    metric.Key,
                    metric.Value,
                    metric.Timestamp,
                    metric.Step,
                    MlflowRequest.Text(item, "dataset_name", Path("dataset_name")),
                    MlflowRequest.Text(item, "dataset_digest", Path("dataset_digest"))));
            }
        }

        return (metrics, modelMetrics);
    }

    private static T Given<T>(JsonElement element, Func<string, string> path, string field, Func<JsonElement, T?> read)
        where T : struct => element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null
            ? throw MlflowRequest.Missing(path(field))
            : read(element) ?? throw MlflowRequest.WrongType(path(field), element);

    private static Metric Checked(Metric metric, string parameter)
    {
        MlflowRules.Key(metric.Key, parameter, "Metric name");
        return metric.Timestamp >= 0
            ? metric
            : throw MlflowRequest.Invalid(string.Create(
                CultureInfo.InvariantCulture,
                $"Invalid value {metric.Timestamp} for parameter 'timestamp' supplied: metric '{metric.Key}' (value={PythonFloat(metric.Value)}). Timestamp must be a nonnegative long (64-bit integer) "));
    }

    /// <summary>MLflow's message shows the value as Python prints it.</summary>
    private static string PythonFloat(double value) =>
        value == Math.Truncate(value) && Math.Abs(value) < 1e16 ? value.ToString("F1", CultureInfo.InvariantCulture) : value.ToString("R", CultureInfo.InvariantCulture);

    private static RunStatus? Status(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString() switch
        {
            "RUNNING" => RunStatus.Running,
            "SCHEDULED" => RunStatus.Scheduled,
            "FINISHED" => RunStatus.Finished,
            "FAILED" => RunStatus.Failed,
            "KILLED" => RunStatus.Killed,
            _ => null,
        },
        JsonValueKind.Number when element.TryGetInt32(out var number) && Enum.IsDefined((RunStatus)number) => (RunStatus)number,
        _ => null,
    };

    private static DatasetInput Input(JsonElement item, int index)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"datasets[{index}]");
        var dataset = MlflowRequest.Property(item, "dataset");
        string Limited(string name, int limit) => MlflowRules.MaxLength(MlflowRequest.Text(dataset, name, $"{path}.dataset.{name}") ?? string.Empty, name, limit);
        string? Optional(string name, int limit) => MlflowRequest.Text(dataset, name, $"{path}.dataset.{name}") is { } text ? MlflowRules.MaxLength(text, name, limit) : null;
        var tags = MlflowRequest.Property(item, "tags");
        return new DatasetInput(
            Limited("name", 500) is { Length: > 0 } name ? name : throw MlflowRequest.Missing($"{path}.dataset.name"),
            Limited("digest", 36),
            Limited("source_type", 36),
            Limited("source", 65_535),
            Optional("schema", 1_048_575),
            Optional("profile", 16_777_215),
            tags.ValueKind != JsonValueKind.Array
                ? []
                : [.. tags.EnumerateArray().Select(tag => new KeyValue(
                    MlflowRules.MaxLength(MlflowRequest.Text(tag, "key", path + ".tags.key") ?? string.Empty, "key", 255),
                    MlflowRules.MaxLength(MlflowRequest.Text(tag, "value", path + ".tags.value") ?? string.Empty, "value", 500)))]);
    }

    private static Contracts.Problems.MLOpsException MissingExperiment() => new(
        Contracts.Problems.ProblemCode.Rejected,
        "FOREIGN KEY constraint failed: a run belongs to an experiment, and no experiment_id was given");
}
