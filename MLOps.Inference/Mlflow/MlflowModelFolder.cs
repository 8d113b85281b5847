using System.Text;
using MLOps.Inference.Sources;

namespace MLOps.Inference.Mlflow;

/// <summary>An MLflow model's folder on this machine.</summary>
public static class MlflowModelFolder
{
    private const long MaxTextBytes = 16L << 20;

    /// <summary>The ONNX file that the folder's <c>MLmodel</c> names.</summary>
    /// <exception cref="InferenceException">NotFound: no <c>MLmodel</c>. InvalidModel: it has no onnx flavor, or names a file outside the folder.</exception>
    public static async Task<string> OnnxFileAsync(string folder, CancellationToken cancellationToken)
    {
        var description = Path.Combine(folder, MLmodel.FileName);
        var text = Encoding.UTF8.GetString(await FileSource.ReadFileAsync(description, MaxTextBytes, cancellationToken).ConfigureAwait(false));
        var file = MLmodel.OnnxFile(text)
            ?? throw new InferenceException(
                InferenceError.InvalidModel,
                $"'{description}' has no onnx flavor that names its file (flavors: onnx: data:); it has {Flavors(text)}. Log the model with mlflow.onnx.log_model.");

        var root = Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar;
        var full = Path.GetFullPath(Path.Combine(root, file));
        return full.StartsWith(root, StringComparison.Ordinal)
            ? full
            : throw new InferenceException(InferenceError.InvalidModel, $"'{description}' names '{Quoted.Short(file)}', which is outside its folder.");
    }

    private static string Flavors(string text)
    {
        var names = MLmodel.Flavors(text);
        return names.Count == 0 ? "no flavors at all" : string.Join(", ", names.Select(name => Quoted.Short(name)));
    }
}
