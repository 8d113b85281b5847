using MLOps.Models.Classical.Linear;
using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Classical.OrderFlowImpact;

/// <summary>Best quotes of an interval [B, W, 4] to the change of the middle that their order flow explains [B, 1], the imbalance [B, 1] and its path [B, W − 1], in float64.</summary>
internal static class OrderFlowGraph
{
    public const string Input = "book";
    public const string Change = "mid_change";
    public const string Imbalance = "ofi";
    public const string Path = "ofi_path";

    public static GraphProto Build(RidgeRegression fit, string predictors)
    {
        var graph = new OnnxGraphBuilder("order_flow");
        var book = graph.Input(Input, OnnxElementType.Float64, "B", "W", 4);
        var zero = graph.Constant("zero", [0.0], []);
        var axis = graph.Constant("axis", 1L);
        string[] columns = [.. Enumerable.Range(0, 4).Select(column => graph.Scalar($"column_{column}", column))];
        var now = graph.Node("Slice", [book, graph.Constant("second", 1L), graph.Constant("end", long.MaxValue), axis]);
        var before = graph.Node("Slice", [book, graph.Constant("first", 0L), graph.Constant("last", -1L), axis]);
        var bids = Side(0, "Identity");
        var asks = Side(2, "Neg");
        var flow = graph.Node("Sub", [bids, asks]);
        var total = Sum(flow);
        var features = predictors == OrderFlowPredictors.Sides ? graph.Node("Concat", [Sum(bids), Sum(asks)], OnnxAttribute.Int("axis", 1)) : total;
        var change = graph.Node("Gemm", [features, graph.Constant("slopes", fit.Coefficients, fit.Coefficients.Length, 1), graph.Constant("intercept", [fit.Intercept], 1)]);
        graph.Output(Change, change, OnnxElementType.Float64, "B", 1);
        graph.Output(Imbalance, total, OnnxElementType.Float64, "B", 1);
        graph.Output(Path, graph.Node("CumSum", [flow, graph.Scalar("time", 1L)]), OnnxElementType.Float64, "B", "N");
        return graph.Build();

        string Side(int column, string direction)
        {
            var (price, size) = (Better(now), Column(now, column + 1));
            var (priceBefore, sizeBefore) = (Better(before), Column(before, column + 1));
            var came = graph.Node("Where", [graph.Node("Greater", [priceBefore, price]), zero, size]);
            var left = graph.Node("Where", [graph.Node("Greater", [price, priceBefore]), zero, sizeBefore]);
            return graph.Node("Sub", [came, left]);

            string Better(string quotes) => graph.Node(direction, [Column(quotes, column)]);
        }

        string Column(string quotes, int column) => graph.Node("Gather", [quotes, columns[column]], OnnxAttribute.Int("axis", 2));

        string Sum(string flows) => graph.Node("ReduceSum", [flows, axis], OnnxAttribute.Int("keepdims", 1));
    }
}
