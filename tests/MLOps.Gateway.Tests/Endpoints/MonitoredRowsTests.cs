using System.Runtime.InteropServices;
using MLOps.Contracts.Endpoints;
using MLOps.Gateway.Endpoints;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Tests.Endpoints;

public sealed class MonitoredRowsTests
{
    private static readonly MonitoredElement[] Elements = [new("return", "x", 1), new("volume", "x", 0)];

    [Fact]
    public void Read_Batch_GivesOneObservationARowInTheProfilesOrder()
    {
        var rows = Read([-1, 2], [2, 2], [1, 2, 3, 4], out var unreadable);
        Assert.Equal([[2.0, 1.0], [4.0, 3.0]], rows);
        Assert.Equal(0, unreadable);
    }

    [Fact]
    public void Read_FixedVector_IsOneRow() => Assert.Equal([[2.0, 1.0]], Read([3], [3], [1, 2, 3], out _));

    [Fact]
    public void Read_IndexOutsideTheRow_CountsTheRowAsUnreadable()
    {
        Assert.Empty(Read([-1, 1], [2, 1], [1, 2], out var unreadable));
        Assert.Equal(2, unreadable);
    }

    /// <summary>A variant whose signature has the columns in another order than the one that the profile is from.</summary>
    [Fact]
    public void Read_ColumnsInAnotherOrder_FindsTheElementsByName()
    {
        SchemaField[] columns = [new("return", "double", true, null), new("spread", "double", true, null), new("volume", "double", true, null)];
        Assert.Equal([[1.0, 3.0]], Read([-1, 3], [1, 3], [1, 2, 3], out _, columns));
    }

    private static double[][] Read(long[] declared, long[] shape, float[] values, out int unreadable, SchemaField[]? columns = null)
    {
        var signature = new ModelSignature(new[] { new TensorSignature("x", "FP32", declared) }, [], columns);
        var tensor = new Tensor("x", TensorDatatype.Fp32, shape, MemoryMarshal.AsBytes<float>(values).ToArray());
        var request = new PredictionRequest([tensor], [], null, null, 5);
        var rows = MonitoredRows.Read(Elements, signature, request, 100, out unreadable);
        Assert.All(rows, row => Assert.Equal(5, row.EventTime));
        return [.. rows.Select(row => row.Values)];
    }
}
