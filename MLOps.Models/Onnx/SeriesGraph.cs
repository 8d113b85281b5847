using System.Globalization;

namespace MLOps.Models.Onnx;

/// <summary>Writes operations on whole series [T] of float64 into a graph: lags, windows that end with each element, recursions. No element looks at a later one.</summary>
/// <remarks>Windows are gathered to [T, n] and reduced there, afresh for each element: ONNX Runtime has no float64 kernel of Conv, and differences of one long cumulative sum would lose digits.
/// What a window would need before the first element counts as 0; mask such elements where they leave the graph (<see cref="From"/>).</remarks>
internal sealed class SeriesGraph
{
    private readonly OnnxGraphBuilder _graph;
    private readonly Dictionary<int, string> _windowIndices = [];
    private int _named;

    /// <param name="rows">A value whose first dimension is T.</param>
    public SeriesGraph(OnnxGraphBuilder graph, string rows)
    {
        _graph = graph;
        var length = graph.Node("Gather", [graph.Node("Shape", [rows]), graph.Scalar(NewName(), 0L)]);
        Index = graph.Node("Range", [graph.Scalar(NewName(), 0L), length, graph.Scalar(NewName(), 1L)]);
    }

    /// <summary>0, 1, … T − 1, int64.</summary>
    public string Index { get; }

    public string Number(double value) => _graph.Constant(NewName(), [value], []);

    public string Add(string a, string b) => _graph.Node("Add", [a, b]);

    public string Subtract(string a, string b) => _graph.Node("Sub", [a, b]);

    public string Multiply(string a, string b) => _graph.Node("Mul", [a, b]);

    public string Multiply(double factor, string a) => Multiply(Number(factor), a);

    public string Divide(string a, string b) => _graph.Node("Div", [a, b]);

    public string Max(string a, string b) => _graph.Node("Max", [a, b]);

    public string Min(string a, string b) => _graph.Node("Min", [a, b]);

    public string Absolute(string a) => _graph.Node("Abs", [a]);

    public string Sqrt(string a) => _graph.Node("Sqrt", [a]);

    public string Square(string a) => Multiply(a, a);

    public string Greater(string a, string b) => _graph.Node("Greater", [a, b]);

    public string IsZero(string a) => _graph.Node("Equal", [a, Number(0)]);

    public string Where(string condition, string a, string b) => _graph.Node("Where", [condition, a, b]);

    /// <summary>a/b, 0 where b is 0.</summary>
    public string Ratio(string a, string b) => Where(IsZero(b), Number(0), Divide(a, b));

    /// <summary>One column of a table [T, n].</summary>
    public string Column(string table, int column) => _graph.Node("Gather", [table, _graph.Scalar(NewName(), column)], OnnxAttribute.Int("axis", 1));

    /// <summary>Series side by side: [T, n].</summary>
    public string Table(IReadOnlyList<string> series)
    {
        var axis = _graph.Constant(NewName(), 1L);
        return _graph.Node("Concat", [.. series.Select(one => _graph.Node("Unsqueeze", [one, axis]))], OnnxAttribute.Int("axis", 1));
    }

    /// <summary>The element <paramref name="steps"/> before, 0 at the start.</summary>
    public string Lag(string series, int steps) => _graph.Node(
        "Slice",
        [Padded(series, steps), _graph.Constant(NewName(), 0L), _graph.Constant(NewName(), -steps)]);

    /// <summary>The series from an element on, 0 before.</summary>
    public string From(string series, int first) => Where(IsFrom(first), series, Number(0));

    /// <summary>Whether an element is the given one or later.</summary>
    public string IsFrom(int first) => _graph.Node("GreaterOrEqual", [Index, _graph.Scalar(NewName(), first)]);

    /// <summary>Each element's window [T, n], newest value first.</summary>
    public string Window(string series, int length) => _graph.Node("Gather", [Padded(series, length - 1), WindowIndices(length)]);

    /// <summary>Reduces windows [T, n] to one value each.</summary>
    /// <param name="reduction"><c>ReduceSum</c>, <c>ReduceMean</c>, <c>ReduceMax</c> or <c>ReduceMin</c>.</param>
    /// <param name="keep">Keeps the dimension: [T, 1], to go on with the window's own values.</param>
    public string Reduce(string reduction, string windows, bool keep = false) =>
        _graph.Node(reduction, [windows, _graph.Constant(NewName(), 1L)], OnnxAttribute.Int("keepdims", keep ? 1 : 0));

    public string Sum(string series, int length) => Reduce("ReduceSum", Window(series, length));

    public string Mean(string series, int length) => Reduce("ReduceMean", Window(series, length));

    /// <summary>Windows times fixed weights, newest first.</summary>
    public string Weighted(string series, double[] weights) =>
        _graph.Node("MatMul", [Window(series, weights.Length), _graph.Constant(NewName(), weights, weights.Length)]);

    /// <summary>Whether all values of a window [T, n] are equal.</summary>
    public string IsFlat(string windows) => _graph.Node("Equal", [Reduce("ReduceMax", windows), Reduce("ReduceMin", windows)]);

    /// <summary>Steps back to the newest of the largest values of windows [T, n], as float64.</summary>
    public string StepsToHighest(string windows) => StepsBack("ArgMax", windows);

    /// <summary>Steps back to the newest of the smallest values of windows [T, n], as float64.</summary>
    public string StepsToLowest(string windows) => StepsBack("ArgMin", windows);

    /// <summary>Largest value of each window.</summary>
    public string Highest(string series, int length)
    {
        var axes = _graph.Constant(NewName(), 0, 1);
        var pooled = _graph.Node(
            "MaxPool",
            [_graph.Node("Unsqueeze", [series, axes])],
            OnnxAttribute.Ints("kernel_shape", length),
            OnnxAttribute.Ints("pads", length - 1, 0));
        return _graph.Node("Squeeze", [pooled, axes]);
    }

    /// <summary>Smallest value of each window.</summary>
    public string Lowest(string series, int length) => _graph.Node("Neg", [Highest(_graph.Node("Neg", [series]), length)]);

    /// <summary>Sum over the last <paramref name="length"/> elements, fewer at the start, as a difference of cumulative sums: what it costs does not grow with the length.</summary>
    public string RunningSum(string series, int length)
    {
        var sums = _graph.Node("CumSum", [series, _graph.Scalar(NewName(), 0L)]);
        return Subtract(sums, Lag(sums, length));
    }

    /// <summary>Smooths several series in one Scan: y(t) = y(t−1) + weight·(x(t) − y(t−1)) from each one's seed on, 0 before.</summary>
    public string[] Smooth(IReadOnlyList<SmoothedSeries> series) => Recur(
        Table([.. series.Select(one => AtSeed(one, Number(1), Number(one.Weight)))]),
        Table([.. series.Select(one => AtSeed(one, one.Seed, one.Values))]),
        series.Count);

    /// <summary>y(t) = y(t−1) + weight(t)·(x(t) − y(t−1)) from y = 0, for <paramref name="count"/> columns in one Scan: weight 0 keeps, weight 1 replaces.</summary>
    public string[] Recur(string weights, string inputs, int count)
    {
        var body = new OnnxGraphBuilder(NewName());
        var state = body.Input(NewName(), OnnxElementType.Float64, count);
        var weight = body.Input(NewName(), OnnxElementType.Float64, count);
        var input = body.Input(NewName(), OnnxElementType.Float64, count);
        var next = body.Node("Add", [state, body.Node("Mul", [weight, body.Node("Sub", [input, state])])]);
        body.Output(NewName(), next, OnnxElementType.Float64, count);
        body.Output(NewName(), next, OnnxElementType.Float64, count);
        var scan = _graph.Nodes(
            "Scan",
            2,
            [_graph.Constant(NewName(), new double[count], count), weights, inputs],
            OnnxAttribute.Graph("body", body.Build()),
            OnnxAttribute.Int("num_scan_inputs", 2));
        return [.. Enumerable.Range(0, count).Select(column => Column(scan[1], column))];
    }

    /// <summary>Smoothing that begins with the mean of the first <paramref name="period"/> values from <paramref name="first"/> on.</summary>
    public SmoothedSeries FromMean(string series, int first, int period, double weight) => new(series, first + period - 1, Mean(series, period), weight);

    private string AtSeed(SmoothedSeries series, string atSeed, string after) =>
        From(Where(IsFrom(series.SeedAt + 1), after, atSeed), series.SeedAt);

    private string StepsBack(string operatorType, string windows) =>
        _graph.Node("Cast", [_graph.Node(operatorType, [windows], OnnxAttribute.Int("axis", 1), OnnxAttribute.Int("keepdims", 0))], OnnxAttribute.Int("to", (long)OnnxElementType.Float64));

    private string Padded(string series, int zeros) =>
        _graph.Node("Concat", [_graph.Constant(NewName(), new double[zeros], zeros), series], OnnxAttribute.Int("axis", 0));

    private string WindowIndices(int length)
    {
        if (!_windowIndices.TryGetValue(length, out var indices))
        {
            // Element t is at t + length - 1 behind the padding.
            var back = _graph.Constant(NewName(), [.. Enumerable.Range(0, length).Select(step => (long)(length - 1 - step))]);
            indices = _graph.Node("Add", [_graph.Node("Unsqueeze", [Index, _graph.Constant(NewName(), 1L)]), back]);
            _windowIndices[length] = indices;
        }

        return indices;
    }

    private string NewName() => string.Create(CultureInfo.InvariantCulture, $"series_{_named++}");
}
