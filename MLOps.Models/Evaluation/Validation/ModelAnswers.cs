using MLOps.Models.Catalog;
using MLOps.Models.Onnx;

namespace MLOps.Models.Evaluation.Validation;

/// <summary>What a model answers on rows of the data: the first output of the graph that its evaluation ran, on the rows that were scored.</summary>
/// <param name="Graph">File of the model's folder.</param>
/// <param name="Rows">Row of the data that each answer belongs to, ascending.</param>
/// <param name="Values">One an answer.</param>
internal sealed record ModelAnswers(string Graph, string Output, int[] Rows, double[][] Values)
{
    /// <summary>Runs the calls that were heard of again, to the end that matters here.</summary>
    /// <param name="from">First row whose answer counts; those before are history.</param>
    /// <exception cref="ValidationGapException">The answers are not of rows, or not finite.</exception>
    public static ModelAnswers Of(OnnxRunner graph, IReadOnlyList<GraphRun> runs, int from)
    {
        var output = graph.Outputs[0];
        var (rows, values) = (new List<int>(), new List<double[]>());
        foreach (var run in runs)
        {
            var flat = Run(graph, run, output);
            if (flat.Length == 0 || run.Rows.Count == 0 || flat.Length % run.Rows.Count != 0)
            {
                throw new ValidationGapException($"{run.Path} gives {flat.Length} values of '{output}' on {run.Rows.Count} rows, not as many of each");
            }

            var width = flat.Length / run.Rows.Count;
            for (var i = 0; i < run.Rows.Count; i++)
            {
                if (run.Rows[i] >= from)
                {
                    rows.Add(run.Rows[i]);
                    values.Add(flat[(i * width)..((i + 1) * width)]);
                }
            }
        }

        if (rows.Count < 2 || values.Any(row => row.Length != values[0].Length))
        {
            throw new ValidationGapException($"{runs[0].Path} gives {rows.Count} answers on the scored rows, of one width at least 2 are needed");
        }

        return values.TrueForAll(row => Array.TrueForAll(row, double.IsFinite))
            ? new ModelAnswers(runs[0].Path, output, [.. rows], [.. values])
            : throw new ValidationGapException($"some values of '{output}' are not finite");
    }

    /// <summary>In deviations of each column about its mean, so that none counts for more because of its unit; columns that do not vary are left out.</summary>
    /// <exception cref="ValidationGapException">None varies.</exception>
    public (double[][] Values, Func<double[], double[]> Scale) Standardised()
    {
        var columns = Enumerable.Range(0, Values[0].Length)
            .Select(j => (Column: j, Mean: Values.Average(row => row[j])))
            .Select(column => (column.Column, column.Mean, Deviation: Math.Sqrt(Values.Average(row => (row[column.Column] - column.Mean) * (row[column.Column] - column.Mean)))))
            .Where(column => column.Deviation > 1e-12 * Math.Max(1, Math.Abs(column.Mean)))
            .ToArray();
        return columns.Length > 0
            ? ([.. Values.Select(Scaled)], Scaled)
            : throw new ValidationGapException($"'{Output}' does not vary on the scored rows");

        double[] Scaled(double[] row) => Array.ConvertAll(columns, column => (row[column.Column] - column.Mean) / column.Deviation);
    }

    private static double[] Run(OnnxRunner graph, GraphRun run, string output) => run.Inputs[0].ElementType == "float32"
        ? Array.ConvertAll(
            graph.Run<float>([.. run.Inputs.Select(input => (input.Name, Array.ConvertAll(input.Values, value => (float)value), input.Shape))], [output])[0],
            value => (double)value)
        : graph.Run<double>([.. run.Inputs.Select(input => (input.Name, input.Values, input.Shape))], [output])[0];
}
