using MLOps.Models.Classical.ValueAtRisk;
using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Classical.TailRisk;

/// <summary>A <see cref="TailModel"/> as a float64 graph: a window [B,W], oldest first, to VaR and CVaR [B,2].</summary>
internal static class TailGraph
{
    public const string Output = "risk";

    /// <summary>What the window has.</summary>
    public static string Input(bool ofReturns) => ofReturns ? "returns" : "losses";

    public static GraphProto Build(TailModel model)
    {
        var graph = new OnnxGraphBuilder("tail");
        var window = graph.Input(Input(model.OfReturns), OnnxElementType.Float64, "B", model.Window);
        var (values, volatility) = model.Decay is { } decay ? VarGraph.Standardise(graph, window, model.Window, decay) : (window, null);
        var risk = model.Tail is { } tail ? Constant(graph, window, tail, model.Level) : Mean(graph, model, values);
        graph.Output(Output, volatility is null ? risk : graph.Node("Mul", [volatility, risk]), OnnxElementType.Float64, "B", 2);
        return graph.Build();
    }

    private static string Mean(OnnxGraphBuilder graph, TailModel model, string values)
    {
        var losses = model.OfReturns ? graph.Node("Neg", [values]) : values;
        var weights = TailMean.Weights(model.Window, model.Level);
        var top = graph.Nodes("TopK", 2, [losses, graph.Constant("largest", weights.Length / 2L)], OnnxAttribute.Int("axis", 1));
        return graph.Node("MatMul", [top[0], graph.Constant("tail_weights", weights, weights.Length / 2, 2)]);
    }

    /// <summary>The fitted tail's own figures, once for each row of the batch.</summary>
    private static string Constant(OnnxGraphBuilder graph, string window, ParetoFit tail, double level)
    {
        var figures = graph.Constant("tail_figures", [tail.ValueAtRisk(level), tail.ExpectedShortfall(level)], 1, 2);
        var rows = graph.Node("Shape", [window], OnnxAttribute.Int("start", 0), OnnxAttribute.Int("end", 1));
        return graph.Node("Expand", [figures, graph.Node("Concat", [rows, graph.Constant("figures", 2L)], OnnxAttribute.Int("axis", 0))]);
    }
}
