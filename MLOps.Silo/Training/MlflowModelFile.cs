using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MLOps.Models.Catalog;

namespace MLOps.Silo.Training;

/// <summary>The files by which MLflow recognises a folder as a model of its onnx flavour.</summary>
internal static class MlflowModelFile
{
    public const string FileName = "MLmodel";

    /// <summary>What MLflow's Python needs to load the model, in pip's form.</summary>
    public const string Requirements = "mlflow\nnumpy\nonnx\nonnxruntime\n";

    /// <summary>The YAML of MLmodel.</summary>
    /// <param name="runId">The run that made it.</param>
    /// <param name="modelId">32 hex digits.</param>
    /// <param name="signature">Inputs and outputs of model.onnx.</param>
    /// <param name="created">When.</param>
    public static string Yaml(string runId, string modelId, ModelSignature signature, DateTimeOffset created)
    {
        var yaml = new StringBuilder();
        void Line(string text) => yaml.Append(text).Append('\n');
        Line("artifact_path: model");
        Line("flavors:");
        Line("  onnx:");
        Line("    code: null");
        Line("    data: model.onnx");
        Line("    onnx_session_options: null");
        Line("    providers:");
        Line("    - CPUExecutionProvider");
        Line("    save_as_external_data: false");
        Line("  python_function:");
        Line("    data: model.onnx");
        Line("    env:");
        Line("      virtualenv: python_env.yaml");
        Line("    loader_module: mlflow.onnx");
        Line($"model_uuid: {modelId}");
        Line($"run_id: {runId}");
        Line("signature:");
        // Single quotes hold JSON as it is, save that a single quote is doubled.
        Line($"  inputs: '{Tensors(signature.Inputs).Replace("'", "''", StringComparison.Ordinal)}'");
        Line($"  outputs: '{Tensors(signature.Outputs).Replace("'", "''", StringComparison.Ordinal)}'");
        Line("  params: null");
        Line(string.Create(CultureInfo.InvariantCulture, $"utc_time_created: '{created.UtcDateTime:yyyy-MM-dd HH:mm:ss.ffffff}'"));
        return yaml.ToString();
    }

    /// <summary>The environment that <c>python_env.yaml</c> names.</summary>
    public static string PythonEnvironment => "dependencies:\n- -r requirements.txt\n";

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
