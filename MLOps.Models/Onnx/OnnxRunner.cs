using Microsoft.ML.OnnxRuntime;

namespace MLOps.Models.Onnx;

/// <summary>Runs an exported model in ONNX Runtime on one thread, so that an export can be held against its trainer.</summary>
internal sealed class OnnxRunner : IDisposable
{
    private readonly InferenceSession _session;

    public OnnxRunner(byte[] model)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        _session = new InferenceSession(model, options);
    }

    public IReadOnlyDictionary<string, string> Metadata => _session.ModelMetadata.CustomMetadataMap;

    /// <summary>Runs with inputs of element type <typeparamref name="T"/> and returns the flat values of the outputs asked for.</summary>
    public T[][] Run<T>(IReadOnlyList<(string Name, T[] Values, long[] Shape)> inputs, IReadOnlyList<string> outputs)
        where T : unmanaged
    {
        var values = new List<OrtValue>(inputs.Count);
        try
        {
            foreach (var input in inputs)
            {
                values.Add(OrtValue.CreateTensorValueFromMemory(input.Values, input.Shape));
            }

            using var runOptions = new RunOptions();
            using var results = _session.Run(runOptions, [.. inputs.Select(input => input.Name)], values, outputs);
            return [.. results.Select(result => result.GetTensorDataAsSpan<T>().ToArray())];
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    public void Dispose() => _session.Dispose();
}
