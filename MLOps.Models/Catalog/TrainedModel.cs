namespace MLOps.Models.Catalog;

/// <summary>What a training leaves behind.</summary>
/// <param name="Files">Files of the model's folder: <c>model.onnx</c> (what is served), further graphs, parameters as JSON.</param>
/// <param name="Parameters">Every hyper-parameter in effect.</param>
/// <param name="Metrics">Final figures, each beside its baseline where the card names one.</param>
/// <param name="Monitored">What of the served inputs is to be watched for drift, with its training-period values; null: nothing.</param>
/// <param name="Tags">Facts for people: training period, number of rows, conventions.</param>
public sealed record TrainedModel(
    IReadOnlyList<ModelFile> Files,
    ModelSignature Signature,
    IReadOnlyDictionary<string, string> Parameters,
    IReadOnlyDictionary<string, double> Metrics,
    MonitoredFeatures? Monitored,
    IReadOnlyDictionary<string, string> Tags)
{
    /// <summary>Hears what an evaluation of this model does; null: nobody.</summary>
    public IEvaluationObserver? Observer { get; init; }
}

/// <param name="Path">Relative to the model's folder.</param>
public sealed record ModelFile(string Path, byte[] Content);

/// <summary>Inputs and outputs of <c>model.onnx</c>.</summary>
public sealed record ModelSignature(IReadOnlyList<TensorSpec> Inputs, IReadOnlyList<TensorSpec> Outputs);

/// <param name="ElementType">ONNX/NumPy name: <c>float32</c>, <c>float64</c>, <c>int64</c>.</param>
/// <param name="Shape">-1 where the length is free (the batch).</param>
public sealed record TensorSpec(string Name, string ElementType, IReadOnlyList<long> Shape);

/// <summary>Features of the newest observation in each request, and how they were distributed in training.</summary>
/// <param name="Rows">One row per training day in time order, one column per feature.</param>
public sealed record MonitoredFeatures(
    IReadOnlyList<MonitoredFeature> Features,
    IReadOnlyList<DateOnly> Dates,
    IReadOnlyList<double[]> Rows);

/// <param name="Input">Name of the served input tensor that carries the feature.</param>
/// <param name="Index">Flat row-major index of the newest observation inside one batch row of that tensor: for channel c of <c>[B,8,64]</c> it is 64c+63.</param>
public sealed record MonitoredFeature(string Name, string Input, int Index);
