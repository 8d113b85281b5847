using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Classical.ValueAtRisk;

/// <summary>A <see cref="VarModel"/> as a float64 graph: returns [B,W], oldest first, to values at risk [B,q].</summary>
internal static class VarGraph
{
    public const string Input = "returns";
    public const string Output = "var";

    public static GraphProto Build(VarModel model)
    {
        var graph = new OnnxGraphBuilder("var");
        var returns = graph.Input(Input, OnnxElementType.Float64, "B", model.Window);
        var result = model.Method switch
        {
            VarMethod.Historical => Quantiles(graph, model, graph.Node("Neg", [returns])),
            VarMethod.FilteredHistorical => Filtered(graph, model, returns),
            _ => Parametric(graph, model, returns),
        };
        graph.Output(Output, result, OnnxElementType.Float64, "B", model.Levels.Count);
        return graph.Build();
    }

    private static string Parametric(OnnxGraphBuilder graph, VarModel model, string returns)
    {
        // The last column of all days' weights: tomorrow's variance.
        var weights = EwmaVariance.Weights(model.Window, model.Decay).Where((_, i) => i % (model.Window + 1) == model.Window).ToArray();
        var variance = graph.Node("MatMul", [graph.Node("Mul", [returns, returns]), graph.Constant("weights", weights, model.Window, 1)]);
        return graph.Node("Mul", [graph.Node("Sqrt", [variance]), graph.Constant("factors", model.Factors(), 1, model.Levels.Count)]);
    }

    private static string Filtered(OnnxGraphBuilder graph, VarModel model, string returns)
    {
        var (standardised, next) = Standardise(graph, returns, model.Window, model.Decay);
        return graph.Node("Mul", [next, Quantiles(graph, model, graph.Node("Neg", [standardised]))]);
    }

    /// <summary>The twin of <see cref="EwmaVariance.Standardise(ReadOnlySpan{double}, double)"/>: a window [B,W] over its days' volatilities, and tomorrow's volatility [B,1].</summary>
    public static (string Standardised, string Next) Standardise(OnnxGraphBuilder graph, string values, int window, double decay)
    {
        var weights = graph.Constant("weights", EwmaVariance.Weights(window, decay), window, window + 1);
        var variances = graph.Node("MatMul", [graph.Node("Mul", [values, values]), weights]);
        var volatilities = graph.Node("Sqrt", [graph.Node("Max", [variances, graph.Constant("least", [EwmaVariance.Least], [])])]);
        var parts = graph.Nodes("Split", 2, [volatilities, graph.Constant("lengths", window, 1)], OnnxAttribute.Int("axis", 1));
        return (graph.Node("Div", [values, parts[0]]), parts[1]);
    }

    private static string Quantiles(OnnxGraphBuilder graph, VarModel model, string losses)
    {
        var largest = EmpiricalQuantile.Largest(model.Window, model.Levels);
        var top = graph.Nodes("TopK", 2, [losses, graph.Constant("largest", (long)largest)], OnnxAttribute.Int("axis", 1));
        return graph.Node("MatMul", [top[0], graph.Constant("interpolation", EmpiricalQuantile.Weights(model.Window, model.Levels), largest, model.Levels.Count)]);
    }
}
