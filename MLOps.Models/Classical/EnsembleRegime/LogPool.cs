using MLOps.Models.Neural.Tcn;
using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Classical.EnsembleRegime;

/// <summary>Stacked logarithmic pool: p ∝ exp(b) Π pₘ^wₘ, weights at least 0 (Genest and Zidek 1986), fitted by log-loss.</summary>
/// <param name="Weights">One a member.</param>
/// <param name="Offsets">One a regime; the first is 0.</param>
internal sealed record LogPool(double[] Weights, double[] Offsets)
{
    public const string Input = "members";
    public const string Output = "probabilities";

    /// <summary>Where a member says that something cannot be, it is taken to mean this.</summary>
    public const double LeastProbability = 1e-6;
    private const double LargestWeight = 10;
    private const double LargestOffset = 5;

    /// <summary>Starts as the best member alone and only ever improves on the given days: its log-loss there is at most the best member's.</summary>
    /// <param name="members">[days][members][regimes].</param>
    /// <param name="labels">Regime of each day.</param>
    public static LogPool Fit(IReadOnlyList<double[][]> members, int[] labels, CancellationToken cancellationToken)
    {
        var (count, regimes) = (members[0].Length, members[0][0].Length);
        var best = Enumerable.Range(0, count).MinBy(m => LogLoss(members, labels, m));
        var start = new double[count + regimes - 1];
        start[best] = 1;
        var coefficients = ChoiceModel.Fit(
            [.. members.Select(day => Alternatives(day, regimes))],
            labels,
            start,
            [.. Enumerable.Range(0, start.Length).Select(j => j < count ? (0.0, LargestWeight) : (-LargestOffset, LargestOffset))],
            ridge: 0,
            cancellationToken);
        return new LogPool(coefficients[..count], [0, .. coefficients[count..]]);
    }

    /// <summary>Of one member alone, with impossible things taken as <see cref="LeastProbability"/>.</summary>
    public static double LogLoss(IReadOnlyList<double[][]> members, int[] labels, int member) =>
        TcnScore.Of([.. members.Select(day => Alone(day[member]))], labels).LogLoss;

    public double[] Pool(double[][] members)
    {
        var regimes = Offsets.Length;
        return ChoiceModel.Probabilities(Alternatives(members, regimes), [.. Weights, .. Offsets[1..]]);
    }

    public TcnScore Score(IReadOnlyList<double[][]> members, int[] labels) => TcnScore.Of([.. members.Select(Pool)], labels);

    /// <summary>[B, M, 3] to [B, 3], float64.</summary>
    public GraphProto Graph()
    {
        var graph = new OnnxGraphBuilder("pool");
        var input = graph.Input(Input, OnnxElementType.Float64, "B", Weights.Length, Offsets.Length);
        var logarithms = graph.Node("Log", [graph.Node("Max", [input, graph.Constant("least", [LeastProbability], [])])]);
        var pooled = graph.Node("MatMul", [graph.Constant("weights", Weights, 1, Weights.Length), logarithms]);
        var utilities = graph.Node("Add", [graph.Node("Squeeze", [pooled, graph.Constant("one", 1L)]), graph.Constant("offsets", Offsets, Offsets.Length)]);
        graph.Output(Output, graph.Node("Softmax", [utilities], OnnxAttribute.Int("axis", 1)), OnnxElementType.Float64, "B", Offsets.Length);
        return graph.Build();
    }

    /// <summary>The pool of that member with weight 1: its own probabilities, but for those that are all but 0.</summary>
    private static double[] Alone(double[] probabilities)
    {
        double[] kept = Array.ConvertAll(probabilities, p => Math.Max(LeastProbability, p));
        var sum = kept.Sum();
        return Array.ConvertAll(kept, p => p / sum);
    }

    private static double[][] Alternatives(double[][] members, int regimes) =>
    [
        .. Enumerable.Range(0, regimes).Select(k => (double[])
        [
            .. members.Select(member => Math.Log(Math.Max(LeastProbability, member[k]))),
            .. Enumerable.Range(1, regimes - 1).Select(offset => offset == k ? 1.0 : 0.0),
        ]),
    ];
}
