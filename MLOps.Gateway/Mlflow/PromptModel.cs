using System.Globalization;
using MLOps.Contracts.Experiments;
using MLOps.Tracking.Traces;

namespace MLOps.Gateway.Mlflow;

/// <summary>The files that make a tried prompt a model which MLflow's client loads: it fills the template and asks the endpoint.
/// They are YAML for MLflow; JSON is YAML too.</summary>
internal static class PromptModel
{
    private const string Python = "3.11";
    private static readonly string Requirement = $"mlflow[gateway]=={ServerRoutes.MlflowVersion}";

    /// <summary>The content of <c>MLmodel</c>.</summary>
    public static string Description(PromptTrial trial, string runId, DateTimeOffset now) => Text(
    [
        new("artifact_path", "model"),
        new("flavors", Map(KeyValuePair.Create("python_function", (object?)Map(
            new("env", Map(new("conda", "conda.yaml"), new("virtualenv", "python_env.yaml"))),
            new("loader_module", "mlflow.prompt.promptlab_model"),
            new("parameters_path", "parameters.yaml"),
            new("python_version", Python))))),
        new("mlflow_version", ServerRoutes.MlflowVersion),
        new("model_uuid", Guid.NewGuid().ToString("n")),
        new("run_id", runId),
        new("signature", Map(
            new("inputs", Columns(trial.PromptParameters.Select(parameter => parameter.Key))),
            new("outputs", Columns(["output"])),
            new("params", null))),
        new("utc_time_created", now.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)),
    ]);

    /// <summary>Paths below the run's artifacts, and contents.</summary>
    public static IEnumerable<(string Path, string Text)> Files(PromptTrial trial, string description) =>
    [
        ("eval_results_table.json", Text(
        [
            new("columns", (object?[])[.. Keys(trial.PromptParameters), "prompt", "output", .. Keys(trial.OutputParameters)]),
            new("data", (object?[])[(object?[])[.. Values(trial.PromptParameters), trial.Input, trial.Output, .. Values(trial.OutputParameters)]]),
        ])),
        ("model/MLmodel", description),
        ("model/parameters.yaml", Text(
        [
            new("prompt_template", trial.Template),
            new("prompt_parameters", Members(trial.PromptParameters)),
            new("model_parameters", Members(trial.ModelParameters)),
            new("model_route", trial.Route),
        ])),
        ("model/requirements.txt", Requirement + "\n"),
        ("model/conda.yaml", Text(
        [
            new("channels", (object?[])["conda-forge"]),
            new("dependencies", (object?[])["python=" + Python, "pip", Map(new KeyValuePair<string, object?>("pip", (object?[])[Requirement]))]),
            new("name", "mlflow-env"),
        ])),
        ("model/python_env.yaml", Text([new("python", Python), new("build_dependencies", (object?[])["pip"]), new("dependencies", (object?[])["-r requirements.txt"])])),
    ];

    private static string Text(KeyValuePair<string, object?>[] members) => PythonJson.Dump(members, ascii: false);

    private static KeyValuePair<string, object?>[] Map(params KeyValuePair<string, object?>[] members) => members;

    /// <summary>Of parameters with one name the last counts, as in Python.</summary>
    private static KeyValuePair<string, object?>[] Members(IReadOnlyList<KeyValue> pairs) =>
        [.. pairs.GroupBy(pair => pair.Key, (key, same) => KeyValuePair.Create(key, (object?)same.Last().Value))];

    private static IEnumerable<string> Keys(IReadOnlyList<KeyValue> pairs) => pairs.Select(pair => pair.Key);

    private static IEnumerable<string> Values(IReadOnlyList<KeyValue> pairs) => pairs.Select(pair => pair.Value);

    /// <summary>A signature is JSON in a text.</summary>
    private static string Columns(IEnumerable<string> names) =>
        PythonJson.Dump(names.Select(name => Map(new("type", "string"), new("name", name), new("required", true))).ToArray<object?>(), ascii: false);
}
