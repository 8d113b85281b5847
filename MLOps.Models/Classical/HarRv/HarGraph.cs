using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Classical.HarRv;

/// <summary>rv [B,22], oldest day first, to rv_next [B,1], in float64. One Gemm over the 22 days, or over their logarithms.</summary>
internal static class HarGraph
{
    public const string Input = "rv";
    public const string Output = "rv_next";

    public static GraphProto Build(HarRegression fit)
    {
        var graph = new OnnxGraphBuilder("har");
        var days = graph.Input(Input, OnnxElementType.Float64, "B", HarRegression.Month);
        double[] weights = [.. Enumerable.Range(0, HarRegression.Month).Select(day => Enumerable.Range(0, 3).Sum(k => fit.Coefficients[k + 1] * Share(day, k)))];
        var constant = fit.Coefficients[0] + (fit.IsLog ? fit.ResidualVariance / 2 : 0);
        var line = graph.Node(
            "Gemm",
            [fit.IsLog ? graph.Node("Log", [days]) : days, graph.Constant("weights", weights, HarRegression.Month, 1), graph.Constant("const", [constant], [1])]);
        var forecast = fit.IsLog ? graph.Node("Exp", [line]) : line;
        graph.Output(Output, graph.Node("Max", [forecast, graph.Constant("smallest", [fit.Smallest], [])]), OnnxElementType.Float64, "B", 1);
        return graph.Build();
    }

    /// <summary>What a day (0 the oldest) weighs in the daily, weekly or monthly mean.</summary>
    private static double Share(int day, int mean)
    {
        int[] lengths = [1, HarRegression.Week, HarRegression.Month];
        return day >= HarRegression.Month - lengths[mean] ? 1.0 / lengths[mean] : 0;
    }
}
