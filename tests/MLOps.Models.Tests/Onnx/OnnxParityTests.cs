using MLOps.Models.Catalog;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.Onnx;

public sealed class OnnxParityTests
{
    [Fact]
    public void Check_WithinTolerance_GivesTheLargestDifference() =>
        Assert.Equal(4e-6, OnnxParity.Check("p", [0.5, 0.25], [0.500001, 0.250004], 1e-5), 1e-12);

    [Fact]
    public void Check_LargeValues_AreComparedRelatively() =>
        Assert.Equal(1e-6, OnnxParity.Check("h", [400], [400.0004], 1e-5), 1e-12);

    [Theory]
    [InlineData(0.51)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Check_BeyondTolerance_NamesElementAndBothNumbers(double onnx)
    {
        var exception = Assert.Throws<ModelTrainingException>(() => OnnxParity.Check("p", [0.25, 0.5], [0.25, onnx], 1e-5));
        Assert.Contains("'p': element 1 is 0.5 in the trainer", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_LengthsDiffer_IsRefused() =>
        Assert.Throws<ModelTrainingException>(() => OnnxParity.Check("p", [1], [1, 1], 1));
}
