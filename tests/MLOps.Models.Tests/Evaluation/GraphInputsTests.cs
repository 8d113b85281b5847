using MLOps.Models.Catalog;
using MLOps.Models.Evaluation.Validation;

namespace MLOps.Models.Tests.Evaluation;

public sealed class GraphInputsTests
{
    [Fact]
    public void Of_CallsOfOneWidth_IsOneRowForEachRow()
    {
        var inputs = GraphInputs.Of([Call([1, 2], [1, 2, 3, 4], 2, 2), Call([3], [5, 6], 1, 2)]);

        Assert.False(inputs.AreEvents);
        Assert.Equal([[1, 2], [3, 4], [5, 6]], inputs.Values);
        double[][] disturbed = [[1, 1], [2, 2], [3, 3]];
        Assert.Same(disturbed, inputs.Standing(disturbed));
        Assert.Equal([[1.0, 1, 2, 2], [3, 3]], inputs.With(disturbed).Select(run => run.Inputs[0].Values));
    }

    /// <summary>A minute of three quotes and one of two: what a quote repeats of the one before is disturbed alike, and so is the quote that both windows have.</summary>
    [Fact]
    public void Of_WindowsOfMoreAndFewerEvents_IsOneRowForEachEvent_AndWhatStandsStaysSo()
    {
        var inputs = GraphInputs.Of([Call([9], [10, 7, 10, 8, 11, 8], 1, 3, 2), Call([12], [11, 8, 11, 9], 1, 2, 2)]);

        Assert.True(inputs.AreEvents);
        Assert.Equal([[10, 7], [10, 8], [11, 8], [11, 8], [11, 9]], inputs.Values);
        var standing = inputs.Standing([[10.1, 7.1], [10.2, 8.2], [11.3, 8.3], [11.4, 8.4], [11.5, 9.5]]);
        Assert.Equal([[10.1, 7.1], [10.1, 8.2], [11.3, 8.2], [11.3, 8.2], [11.3, 9.5]], standing);
        var calls = inputs.With(standing);
        Assert.Equal([[10.1, 7.1, 10.1, 8.2, 11.3, 8.2], [11.3, 8.2, 11.3, 9.5]], calls.Select(run => run.Inputs[0].Values));
        Assert.Equal([9, 12], calls.SelectMany(run => run.Rows));
    }

    [Fact]
    public void Of_OtherColumnsInTheNextCall_IsAGap() =>
        Assert.Throws<ValidationGapException>(() => GraphInputs.Of([Call([1], [1, 2, 3, 4], 1, 2, 2), Call([2], [1, 2, 3], 1, 1, 3)]));

    private static GraphRun Call(int[] rows, double[] values, params long[] shape) => new("model.onnx", rows, [new GraphInput("book", "float64", values, shape)]);
}
