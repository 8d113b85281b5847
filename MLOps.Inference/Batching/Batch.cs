using System.Buffers;
using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Batching;

/// <summary>Requests whose rows are run together.</summary>
internal static class Batch
{
    /// <summary>Rows of a request that may be batched.</summary>
    /// <returns>0: it must run alone, because it does not fit the model, or its inputs have different numbers of rows.</returns>
    public static long Rows(ModelMetadata model, IReadOnlyList<Tensor> inputs)
    {
        if (inputs.Count != model.Inputs.Count)
        {
            return 0;
        }

        var rows = inputs[0].Shape is [var first, ..] ? first : 0;
        for (var i = 1; i < inputs.Count; i++)
        {
            if (inputs[i].Shape is not [var more, ..] || more != rows)
            {
                return 0;
            }
        }

        return rows;
    }

    /// <summary>Whether two requests differ in nothing but their rows.</summary>
    public static bool Match(BatchItem one, BatchItem other)
    {
        for (var i = 0; i < one.Inputs.Count; i++)
        {
            var (a, b) = (one.Inputs[i], other.Inputs[i]);
            if (a.Name != b.Name || a.Datatype != b.Datatype || !a.Shape.AsSpan(1).SequenceEqual(b.Shape.AsSpan(1)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The batch's inputs: every tensor holds the items' rows one after the other, in pooled memory.</summary>
    public static Tensor[] Join(List<BatchItem> items)
    {
        var rows = items.Sum(item => item.Rows);
        var joined = new Tensor[items[0].Inputs.Count];
        for (var i = 0; i < joined.Length; i++)
        {
            var first = items[0].Inputs[i];
            var length = items.Sum(item => item.Inputs[i].Data.Length);
            var buffer = ArrayPool<byte>.Shared.Rent(length);
            var at = 0;
            foreach (var item in items)
            {
                item.Inputs[i].Data.CopyTo(buffer.AsMemory(at));
                at += item.Inputs[i].Data.Length;
            }

            joined[i] = Tensor.OverRented(first.Name, first.Datatype, [rows, .. first.Shape.AsSpan(1)], buffer, length);
        }

        return joined;
    }

    /// <summary>Whether every output has one row for each of the batch's.</summary>
    public static bool HasRows(InferenceResult result, long rows) => result.Outputs.All(output => output.Shape is [var first, ..] && first == rows);

    /// <summary>The outputs of the rows from <paramref name="start"/> on that are an item's.</summary>
    public static Tensor[] Slice(InferenceResult result, long start, BatchItem item) =>
    [
        .. result.Outputs.Select(output =>
        {
            var row = output.Data.Length / output.Shape[0];
            return new Tensor(output.Name, output.Datatype, [item.Rows, .. output.Shape.AsSpan(1)], output.Data.Slice((int)(start * row), (int)(item.Rows * row)));
        }),
    ];
}
