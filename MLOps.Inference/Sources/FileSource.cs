using MLOps.Inference.Mlflow;

namespace MLOps.Inference.Sources;

/// <summary>A model on this machine: an <c>.onnx</c> file, or an MLflow model's folder, whose <c>MLmodel</c> file names the ONNX file.</summary>
/// <param name="path">File or folder.</param>
public sealed class FileSource(string path) : IModelSource
{
    /// <summary>ONNX Runtime takes protobufs up to 2 GiB; beside one, its bytes and its weights must have room.</summary>
    public const long MaxBytes = 1L << 30;

    public async Task<ModelContent> ReadAsync(CancellationToken cancellationToken)
    {
        var file = Directory.Exists(path) ? await MlflowModelFolder.OnnxFileAsync(path, cancellationToken).ConfigureAwait(false) : path;
        return new ModelContent(await ReadFileAsync(file, MaxBytes, cancellationToken).ConfigureAwait(false));
    }

    /// <exception cref="InferenceException">NotFound: not there, or not readable. TooLarge.</exception>
    internal static async Task<byte[]> ReadFileAsync(string file, long limit, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
            if (stream.Length > limit)
            {
                throw InferenceException.TooLarge($"'{file}' has {stream.Length} bytes: at most {limit} are read.");
            }

            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InferenceException(InferenceError.NotFound, $"'{file}' cannot be read: {exception.Message}", exception);
        }
    }
}
