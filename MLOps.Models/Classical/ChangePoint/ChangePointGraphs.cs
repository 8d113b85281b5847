using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Classical.ChangePoint;

/// <summary>One observation as a step, and a whole history, in float64. The constants of each length (ln Γ among them) are in the graph: they depend on the length alone.</summary>
internal sealed class ChangePointGraphs(ChangePointPrior prior, int lengths, int recent)
{
    private readonly RunLengths _start = new(prior, lengths);

    /// <summary>y [B,1] and the state r, mean, beta [B,R] give the state after it (…_next), run_length and likeliest_run_length [B,1], recent_change [B,1] (the probability that the run has at most so many observations), and ln p(y | before) as log_density [B,1].</summary>
    public GraphProto Step()
    {
        var graph = new OnnxGraphBuilder("step");
        var y = graph.Input("y", OnnxElementType.Float64, "B", 1);
        string[] state = [.. ((string[])["r", "mean", "beta"]).Select(name => graph.Input(name, OnnxElementType.Float64, "B", lengths))];
        var next = Observe(graph, y, state[0], state[1], state[2], 1);
        graph.Output("r_next", next.Probabilities, OnnxElementType.Float64, "B", lengths);
        graph.Output("mean_next", next.Means, OnnxElementType.Float64, "B", lengths);
        graph.Output("beta_next", next.Betas, OnnxElementType.Float64, "B", lengths);
        graph.Output("run_length", next.Expected, OnnxElementType.Float64, "B", 1);
        graph.Output("likeliest_run_length", next.Likeliest, OnnxElementType.Int64, "B", 1);
        graph.Output("recent_change", next.Recent, OnnxElementType.Float64, "B", 1);
        graph.Output("log_density", next.LogDensity, OnnxElementType.Float64, "B", 1);
        return graph.Build();
    }

    /// <summary>y [T] gives run_length, likeliest_run_length, recent_change and log_density, each [T], and r_next [R] after the last.</summary>
    public GraphProto Batch()
    {
        var body = new OnnxGraphBuilder("day");
        string[] state = [.. ((string[])["r", "mean", "beta"]).Select(name => body.Input($"day_{name}", OnnxElementType.Float64, lengths))];
        var next = Observe(body, body.Input("day_y", OnnxElementType.Float64), state[0], state[1], state[2], 0);
        body.Output("day_r_next", next.Probabilities, OnnxElementType.Float64, lengths);
        body.Output("day_mean_next", next.Means, OnnxElementType.Float64, lengths);
        body.Output("day_beta_next", next.Betas, OnnxElementType.Float64, lengths);
        body.Output("day_run_length", next.Expected, OnnxElementType.Float64, 1);
        body.Output("day_likeliest", next.Likeliest, OnnxElementType.Int64, 1);
        body.Output("day_recent", next.Recent, OnnxElementType.Float64, 1);
        body.Output("day_log_density", next.LogDensity, OnnxElementType.Float64, 1);

        var graph = new OnnxGraphBuilder("batch");
        var series = graph.Input("y", OnnxElementType.Float64, "T");
        var scan = graph.Nodes(
            "Scan",
            7,
            [
                graph.Constant("r_first", _start.Probabilities, lengths),
                graph.Constant("mean_first", _start.Means, lengths),
                graph.Constant("beta_first", _start.Betas, lengths),
                series,
            ],
            OnnxAttribute.Graph("body", body.Build()),
            OnnxAttribute.Int("num_scan_inputs", 1));
        var flat = graph.Constant("flat", -1L);
        string Flat(string value) => graph.Node("Reshape", [value, flat]);
        graph.Output("run_length", Flat(scan[3]), OnnxElementType.Float64, "T");
        graph.Output("likeliest_run_length", Flat(scan[4]), OnnxElementType.Int64, "T");
        graph.Output("recent_change", Flat(scan[5]), OnnxElementType.Float64, "T");
        graph.Output("log_density", Flat(scan[6]), OnnxElementType.Float64, "T");
        graph.Output("r_next", scan[0], OnnxElementType.Float64, lengths);
        return graph.Build();
    }

    private Observed Observe(OnnxGraphBuilder graph, string y, string r, string means, string betas, int axis)
    {
        string Row(string name, IEnumerable<double> values) => graph.Constant(name, [.. values], lengths);
        string Number(string name, double value) => graph.Constant(name, [value], []);
        string Add(string a, string b) => graph.Node("Add", [a, b]);
        string Multiply(string a, string b) => graph.Node("Mul", [a, b]);
        var along = graph.Constant("along", (long)axis);
        var keep = OnnxAttribute.Int("keepdims", 1);

        // ln p(y | length), and with the lengths' probabilities those after y.
        var deviation = graph.Node("Sub", [y, means]);
        var half = Multiply(Multiply(deviation, deviation), Row("halves", _start.Kappas.Select(kappa => kappa / (2 * (kappa + 1)))));
        var distance = graph.Node("Log", [Add(Number("one", 1), graph.Node("Div", [half, betas]))]);
        var tails = Multiply(distance, Row("powers", _start.Alphas.Select(alpha => -(alpha + 0.5))));
        var scale = Multiply(graph.Node("Log", [betas]), Number("minus_half", -0.5));
        var joint = Add(graph.Node("Log", [r]), Add(Add(tails, scale), Row("constants", _start.Constants)));
        var largest = graph.Node("ReduceMax", [joint, along], keep);
        var weights = graph.Node("Exp", [graph.Node("Sub", [joint, largest])]);
        var sum = graph.Node("ReduceSum", [weights, along], keep);
        var after = graph.Node("Div", [weights, sum]);

        var grown = new Grown(graph, along, lengths);
        var newMeans = Add(means, Multiply(deviation, Row("weights", _start.Kappas.Select(kappa => 1 / (kappa + 1)))));
        var newBetas = Add(betas, half);
        var share = grown.ShareOfLast(after);
        var probabilities = grown.Sum(Multiply(after, Number("stays", 1 - prior.Hazard)), Number("hazard", prior.Hazard));
        var expected = graph.Node("ReduceSum", [Multiply(probabilities, Row("lengths", Enumerable.Range(0, lengths).Select(length => (double)length))), along], keep);
        var recently = Row("recently", Enumerable.Range(0, lengths).Select(length => length <= recent ? 1.0 : 0));
        return new Observed(
            probabilities,
            grown.Mix(newMeans, newMeans, share, Number("prior_mean", prior.Mean)),
            grown.Mix(newBetas, Multiply(newBetas, Number("keep", _start.Keep)), share, Number("prior_beta", prior.Beta)),
            expected,
            graph.Node("ArgMax", [probabilities], OnnxAttribute.Int("axis", axis), keep),
            graph.Node("ReduceSum", [Multiply(probabilities, recently), along], keep),
            Add(largest, graph.Node("Log", [sum])));
    }

    private sealed record Observed(string Probabilities, string Means, string Betas, string Expected, string Likeliest, string Recent, string LogDensity);

    /// <summary>Moves rows of lengths on by one, the last two into the last.</summary>
    private sealed class Grown(OnnxGraphBuilder graph, string along, int lengths)
    {
        private readonly string _zero = graph.Constant("from", 0L);
        private readonly string _before = graph.Constant("before", lengths - 2L);
        private readonly string _last = graph.Constant("last", lengths - 1L);
        private readonly string _end = graph.Constant("end", (long)lengths);

        public string ShareOfLast(string weights)
        {
            var (before, last) = (Part(weights, _before, _last), Part(weights, _last, _end));
            var both = graph.Node("Add", [before, last]);
            var some = graph.Node("Greater", [both, graph.Constant("none", [0.0], [])]);
            return graph.Node("Where", [some, graph.Node("Div", [last, both]), graph.Constant("no_share", [0.0], [])]);
        }

        public string Sum(string weights, string first) => Join(
            weights, first, graph.Node("Add", [Part(weights, _before, _last), Part(weights, _last, _end)]));

        public string Mix(string values, string valuesOfLast, string share, string first)
        {
            var last = graph.Node("Mul", [share, Part(valuesOfLast, _last, _end)]);
            var before = graph.Node("Mul", [graph.Node("Sub", [graph.Constant($"whole_{first}", [1.0], []), share]), Part(values, _before, _last)]);
            return Join(values, first, graph.Node("Add", [last, before]));
        }

        /// <summary>The scalar <paramref name="first"/>, the lengths up to the last but two, and what the last two have become.</summary>
        private string Join(string values, string first, string last)
        {
            var shape = graph.Node("Mul", [last, graph.Constant($"nothing_{first}", [0.0], [])]);
            var begin = graph.Node("Add", [shape, first]);
            return graph.Node("Concat", [begin, Part(values, _zero, _before), last], OnnxAttribute.Int("axis", -1));
        }

        private string Part(string values, string from, string to) => graph.Node("Slice", [values, from, to, along]);
    }
}
