using Microsoft.ML.OnnxRuntime;

namespace MLOps.Inference.Engine;

/// <summary>What a caller may read of an ONNX Runtime failure: its reason, without paths of its sources.</summary>
internal static class OrtMessage
{
    private const string Marker = "Status Message:";

    public static string Of(OnnxRuntimeException exception)
    {
        var text = exception.Message;
        var marker = text.LastIndexOf(Marker, StringComparison.Ordinal);
        if (marker >= 0)
        {
            text = text[(marker + Marker.Length)..];
        }

        // Source locations look like "/build/onnxruntime/core/file.cc:123 Namespace::Function(...) reason".
        var words = text.Trim().Split('\n')[0].Split(' ').Where(word => !word.Contains(".cc:", StringComparison.Ordinal) && !word.Contains(".h:", StringComparison.Ordinal));
        return string.Join(' ', words);
    }

    /// <summary>A run's failure as the caller's: bytes and fixed dimensions were checked before.</summary>
    public static InferenceException Refusal(OnnxRuntimeException exception) =>
        new(InferenceError.InvalidRequest, $"The model cannot run on these inputs: {Of(exception)}", exception);
}
