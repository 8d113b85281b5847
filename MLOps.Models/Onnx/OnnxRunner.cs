using Microsoft.ML.OnnxRuntime;
using MLOps.Models.Catalog;

namespace MLOps.Models.Onnx;

/// <summary>Runs an exported model in ONNX Runtime on one thread, so that an export can be held against its trainer.</summary>
internal sealed class OnnxRunner : IDisposable
{
    private readonly InferenceSession _session;
    private readonly string _path;
    private readonly IEvaluationObserver? _observer;

    /// <param name="model">The bytes of the file.</param>
    /// <param name="path">Its name in the model's folder.</param>
    /// <param name="observer">Hears of runs on rows of the data; null: nobody.</param>
    public OnnxRunner(byte[] model, string path = "model.onnx", IEvaluationObserver? observer = null)
    {
        _path = path;
        _observer = observer;
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        _session = new InferenceSession(model, options);
    }

    public IReadOnlyDictionary<string, string> Metadata => _session.ModelMetadata.CustomMetadataMap;

    /// <summary>Names of the graph's outputs, in its order.</summary>
    public IReadOnlyList<string> Outputs => _session.OutputNames;

    /// <summary>Runs with inputs of element type <typeparamref name="T"/> and returns the flat values of the outputs asked for.</summary>
    /// <param name="rows">As <see cref="GraphRun.Rows"/>; null: the call does not go over rows of the data as they are, and the observer does not hear of it.</param>
    public T[][] Run<T>(IReadOnlyList<(string Name, T[] Values, long[] Shape)> inputs, IReadOnlyList<string> outputs, IEnumerable<int>? rows = null)
        where T : unmanaged
    {
        if (_observer is not null && rows is not null)
        {
            _observer.OnGraph(() => new GraphRun(_path, [.. rows], [.. inputs.Select(Heard)]));
        }

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

    private static GraphInput Heard<T>((string Name, T[] Values, long[] Shape) input)
        where T : unmanaged => input.Values switch
    {
        float[] values => new GraphInput(input.Name, "float32", Array.ConvertAll(values, value => (double)value), input.Shape),
        double[] values => new GraphInput(input.Name, "float64", [.. values], input.Shape),
        _ => throw new NotSupportedException($"Input '{input.Name}' is of {typeof(T).Name}; an observed graph takes float32 or float64."),
    };
}
