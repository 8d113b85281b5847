using MLOps.Models.Catalog;

namespace MLOps.Models.Evaluation.Validation;

/// <summary>The inputs of calls as one row each of numbers: what goes with a row of the data, all inputs side by side.</summary>
internal sealed class GraphInputs
{
    private readonly IReadOnlyList<GraphRun> _runs;
    private readonly int[] _widths;

    private GraphInputs(IReadOnlyList<GraphRun> runs, int[] widths, double[][] values) => (_runs, _widths, Values) = (runs, widths, values);

    /// <summary>One row for each row of each call.</summary>
    public double[][] Values { get; }

    /// <exception cref="ValidationGapException">The rows are not of one width, or an input does not go by rows.</exception>
    public static GraphInputs Of(IReadOnlyList<GraphRun> runs)
    {
        int[] widths = [.. runs[0].Inputs.Select(input => input.Values.Length / Math.Max(1, runs[0].Rows.Count))];
        var isEven = runs.All(run => run.Inputs.Select((input, i) => input.Values.Length == widths[i] * run.Rows.Count).All(fits => fits));
        return isEven
            ? new GraphInputs(runs, widths, [.. runs.SelectMany(run => Enumerable.Range(0, run.Rows.Count).Select(row => Row(run, widths, row)))])
            : throw new ValidationGapException("the inputs of its calls are not of one width: windows of as many events as there were");
    }

    /// <summary>The calls with other values in their inputs.</summary>
    public IReadOnlyList<GraphRun> With(IReadOnlyList<double[]> values)
    {
        var calls = new List<GraphRun>(_runs.Count);
        var first = 0;
        foreach (var run in _runs)
        {
            calls.Add(run with { Inputs = [.. run.Inputs.Select((input, i) => input with { Values = Input(values, first, run.Rows.Count, i) })] });
            first += run.Rows.Count;
        }

        return calls;
    }

    private double[] Input(IReadOnlyList<double[]> values, int first, int count, int input)
    {
        var (offset, width) = (_widths[..input].Sum(), _widths[input]);
        var flat = new double[count * width];
        for (var row = 0; row < count; row++)
        {
            Array.Copy(values[first + row], offset, flat, row * width, width);
        }

        return flat;
    }

    private static double[] Row(GraphRun run, int[] widths, int row) =>
        [.. run.Inputs.SelectMany((input, i) => input.Values.Skip(row * widths[i]).Take(widths[i]))];
}
