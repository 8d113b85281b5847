using MLOps.Models.Features;

namespace MLOps.Models.Onnx;

/// <summary>Writes a scaler into a graph of float64 features [T, F].</summary>
internal static class ScalerNodes
{
    /// <param name="clip">Bound of a scaled feature, in deviations; 0: none.</param>
    public static string Write(OnnxGraphBuilder graph, string features, FeatureScaler scaler, double clip)
    {
        var scaled = graph.Node("Div", [graph.Node("Sub", [features, Row("means", scaler.Means)]), Row("deviations", scaler.Deviations)]);
        return clip > 0
            ? graph.Node("Clip", [scaled, graph.Constant("lowest", [-clip], []), graph.Constant("highest", [clip], [])])
            : scaled;

        string Row(string name, float[] values) => graph.Constant(name, Array.ConvertAll(values, value => (double)value), 1, values.Length);
    }

    /// <summary>What the nodes compute, for the check of an export.</summary>
    public static double Scale(double value, FeatureScaler scaler, int feature, double clip)
    {
        var scaled = (value - scaler.Means[feature]) / scaler.Deviations[feature];
        return clip > 0 ? Math.Clamp(scaled, -clip, clip) : scaled;
    }
}
