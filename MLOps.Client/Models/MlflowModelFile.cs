using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace MLOps.Client.Models;

/// <summary>What MLflow's MLmodel file says: as the file's YAML, and as the JSON by which a run remembers its models.</summary>
internal sealed class MlflowModelFile
{
    public const string FileName = "MLmodel";

    /// <summary>What MLflow's Python needs to load an ONNX model, in pip's form.</summary>
    public const string Requirements = "mlflow\nnumpy\nonnx\nonnxruntime\n";

    /// <summary>The environment that the python_function flavour names.</summary>
    public const string PythonEnvironment = "dependencies:\n- -r requirements.txt\n";

    private readonly JsonObject _json;

    private MlflowModelFile(string runId, string artifactPath, DateTimeOffset created, JsonObject flavors)
    {
        ArtifactPath = artifactPath;
        _json = new JsonObject
        {
            ["artifact_path"] = artifactPath,
            ["flavors"] = flavors,
            ["model_uuid"] = Guid.NewGuid().ToString("N"),
            ["run_id"] = runId,
            ["utc_time_created"] = created.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        };
    }

    public string ArtifactPath { get; }

    public static MlflowModelFile ForOnnx(string runId, OnnxModelOptions options, string modelFile, DateTimeOffset created)
    {
        var model = new MlflowModelFile(runId, options.ArtifactPath, created, new JsonObject
        {
            ["onnx"] = new JsonObject { ["code"] = null, ["data"] = modelFile, ["providers"] = new JsonArray("CPUExecutionProvider") },
            ["python_function"] = new JsonObject
            {
                ["data"] = modelFile,
                ["env"] = new JsonObject { ["virtualenv"] = "python_env.yaml" },
                ["loader_module"] = "mlflow.onnx",
            },
        });
        if (options.Inputs.Count + options.Outputs.Count > 0)
        {
            // The signature's parts are JSON inside text, in both forms.
            model._json["signature"] = new JsonObject { ["inputs"] = Tensors(options.Inputs), ["outputs"] = Tensors(options.Outputs), ["params"] = null };
        }

        return model;
    }

    /// <summary>A model whose file exists: its flavours are the keys two blanks below <c>flavors:</c>.</summary>
    public static MlflowModelFile FromYaml(string runId, string artifactPath, string yaml, DateTimeOffset created)
    {
        var flavors = new JsonObject();
        var inside = false;
        foreach (var line in yaml.Split('\n').Select(text => text.TrimEnd()))
        {
            if (line.Length > 0 && line[0] != ' ')
            {
                inside = line == "flavors:";
            }
            else if (inside && line.StartsWith("  ", StringComparison.Ordinal) && line.Length > 3 && line[2] != ' ' && line[^1] == ':')
            {
                flavors[line[2..^1]] = new JsonObject();
            }
        }

        return new MlflowModelFile(runId, artifactPath, created, flavors);
    }

    /// <summary>Adds one model to the tag that lists a run's models.</summary>
    public static string Append(string? history, string model)
    {
        var list = string.IsNullOrEmpty(history) ? [] : JsonNode.Parse(history)!.AsArray();
        list.Add(JsonNode.Parse(model));
        return list.ToJsonString();
    }

    public string ToJson() => _json.ToJsonString();

    public string ToYaml()
    {
        var yaml = new StringBuilder();
        Write(yaml, _json, "");
        return yaml.ToString();
    }

    private static void Write(StringBuilder yaml, JsonObject map, string indent)
    {
        foreach (var (key, value) in map)
        {
            yaml.Append(indent).Append(key).Append(':');
            switch (value)
            {
                case JsonObject inner:
                    yaml.Append('\n');
                    Write(yaml, inner, indent + "  ");
                    break;
                case JsonArray list:
                    yaml.Append('\n');
                    foreach (var item in list)
                    {
                        yaml.Append(indent).Append("- ").Append(Scalar(item)).Append('\n');
                    }

                    break;
                default:
                    yaml.Append(' ').Append(Scalar(value)).Append('\n');
                    break;
            }
        }
    }

    // Between single quotes every text stands for itself, save that a single quote is doubled.
    private static string Scalar(JsonNode? value) =>
        value is null ? "null" : $"'{value.GetValue<string>().Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Tensors(IReadOnlyList<TensorSpec> tensors) => new JsonArray(
        [.. tensors.Select(tensor => new JsonObject
        {
            ["name"] = tensor.Name,
            ["type"] = "tensor",
            ["tensor-spec"] = new JsonObject
            {
                ["dtype"] = tensor.ElementType,
                ["shape"] = new JsonArray([.. tensor.Shape.Select(length => (JsonNode)length)]),
            },
        })]).ToJsonString();
}
