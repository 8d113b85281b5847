using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Endpoints;

/// <summary>The answers of a sequence's steps, put together as the batch rows of one.</summary>
internal sealed class StepOutputs
{
    private readonly List<(string Name, TensorDatatype Datatype, long[] Shape, MemoryStream Data)> _outputs = [];
    private int _steps;

    /// <summary>One batch row of each tensor, where it lies.</summary>
    public static Tensor[] Row(IReadOnlyList<Tensor> tensors, long row)
    {
        var one = new Tensor[tensors.Count];
        for (var i = 0; i < one.Length; i++)
        {
            var tensor = tensors[i];
            var length = (int)(tensor.Data.Length / tensor.Shape[0]);
            one[i] = new Tensor(tensor.Name, tensor.Datatype, [1, .. tensor.Shape.AsSpan(1)], tensor.Data.Slice((int)row * length, length));
        }

        return one;
    }

    /// <summary>Copies a step's outputs: their memory goes back to the engine.</summary>
    public void Add(IReadOnlyList<Tensor> outputs)
    {
        if (_steps++ == 0)
        {
            _outputs.AddRange(outputs.Select(output => (output.Name, output.Datatype, output.Shape is [1, ..] ? output.Shape[1..] : [.. output.Shape], new MemoryStream())));
        }

        for (var i = 0; i < _outputs.Count; i++)
        {
            _outputs[i].Data.Write(outputs[i].Data.Span);
        }
    }

    public Tensor[] Join() => [.. _outputs.Select(output => new Tensor(output.Name, output.Datatype, [_steps, .. output.Shape], output.Data.GetBuffer().AsMemory(0, (int)output.Data.Length)))];
}
