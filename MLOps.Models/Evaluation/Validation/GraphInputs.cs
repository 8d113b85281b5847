using MLOps.Models.Catalog;

namespace MLOps.Models.Evaluation.Validation;

/// <summary>The inputs of calls as rows of numbers, all inputs side by side: one row for each row of the data; or, where calls are windows of as many events as there were, one for each event.</summary>
internal sealed class GraphInputs
{
    private readonly IReadOnlyList<GraphRun> _runs;
    private readonly int[] _counts;
    private readonly int[] _widths;

    private GraphInputs(IReadOnlyList<GraphRun> runs, int[] counts, int[] widths, bool areEvents)
    {
        (_runs, _counts, _widths, AreEvents) = (runs, counts, widths, areEvents);
        Values = [.. runs.SelectMany((run, call) => Enumerable.Range(0, counts[call]).Select(row => Row(run, widths, row)))];
    }

    /// <summary>In the order of the calls.</summary>
    public double[][] Values { get; }

    /// <summary>Whether a row is an event of a window: a quote, of which there are more in some minutes than in others.</summary>
    public bool AreEvents { get; }

    /// <exception cref="ValidationGapException">Neither rows nor events are of one width.</exception>
    public static GraphInputs Of(IReadOnlyList<GraphRun> runs) =>
        Parted(runs, run => run.Rows.Count, areEvents: false)
        ?? Parted(runs, Events, areEvents: true)
        ?? throw new ValidationGapException("the inputs of its calls are of no one width, neither by row nor by event");

    /// <summary>Values that were disturbed, those of events as long as they stood: a quote that stood still is one observation, and that the next one equalled it is no noise.</summary>
    public IReadOnlyList<double[]> Standing(IReadOnlyList<double[]> disturbed)
    {
        if (!AreEvents)
        {
            return disturbed;
        }

        double[][] standing = [.. disturbed.Select(row => (double[])row.Clone())];
        for (var t = 1; t < standing.Length; t++)
        {
            for (var j = 0; j < standing[t].Length; j++)
            {
                standing[t][j] = Values[t][j] == Values[t - 1][j] ? standing[t - 1][j] : standing[t][j];
            }
        }

        return standing;
    }

    /// <summary>The calls with other values in their inputs.</summary>
    public IReadOnlyList<GraphRun> With(IReadOnlyList<double[]> values)
    {
        var calls = new List<GraphRun>(_runs.Count);
        var first = 0;
        foreach (var (run, count) in _runs.Zip(_counts))
        {
            calls.Add(run with { Inputs = [.. run.Inputs.Select((input, i) => input with { Values = Input(values, first, count, i) })] });
            first += count;
        }

        return calls;
    }

    /// <returns>Null: the parts are of different widths.</returns>
    private static GraphInputs? Parted(IReadOnlyList<GraphRun> runs, Func<GraphRun, int> count, bool areEvents)
    {
        int[] counts = [.. runs.Select(count)];
        if (counts.Contains(0))
        {
            return null;
        }

        int[] widths = [.. runs[0].Inputs.Select(input => input.Values.Length / counts[0])];
        return runs.Zip(counts).All(call => call.First.Inputs.Select((input, i) => input.Values.Length == widths[i] * call.Second).All(fits => fits))
            ? new GraphInputs(runs, counts, widths, areEvents)
            : null;
    }

    /// <summary>What the last dimension does not count.</summary>
    private static int Events(GraphRun run) => run.Inputs[0].Shape is [.., > 0 and var width] ? run.Inputs[0].Values.Length / (int)width : 0;

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
