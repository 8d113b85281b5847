using MLOps.Inference.Tensors;

namespace MLOps.Inference.Engine;

/// <summary>The bound calls of one model for inputs of one shape.</summary>
internal sealed class CallPool(LoadedModel model, long[][] inputs, long[][] outputs)
{
    /// <summary>Requests that run, and answers that are still read, at a time; what comes beyond is run without a bound call.</summary>
    private static readonly int Most = 2 * Environment.ProcessorCount;

    private readonly PooledCall?[] _free = new PooledCall?[Most];
    private int _made;

    /// <summary>Whether the pool is for inputs of these shapes; they are inputs of the model, in any order.</summary>
    public bool Fits(IReadOnlyList<Tensor> tensors)
    {
        for (var i = 0; i < tensors.Count; i++)
        {
            var index = model.InputIndex(tensors[i].Name, i);
            if (!tensors[i].Shape.AsSpan().SequenceEqual(inputs[index]))
            {
                return false;
            }
        }

        return true;
    }

    /// <returns>Null: all are out.</returns>
    public PooledCall? TryRent()
    {
        for (var i = 0; i < _free.Length; i++)
        {
            if (_free[i] is not null && Interlocked.Exchange(ref _free[i], null) is { } call)
            {
                return call;
            }
        }

        if (Volatile.Read(ref _made) >= Most || Interlocked.Increment(ref _made) > Most)
        {
            return null;
        }

        return Make();
    }

    public void Return(PooledCall call)
    {
        for (var i = 0; i < _free.Length; i++)
        {
            if (_free[i] is null && Interlocked.CompareExchange(ref _free[i], call, null) is null)
            {
                return;
            }
        }

        call.Destroy();
    }

    /// <summary>Disposes what is in. What is out keeps its model loaded, so when a model goes everything is in.</summary>
    public void Clear()
    {
        foreach (ref var call in _free.AsSpan())
        {
            call?.Destroy();
            call = null;
        }
    }

    private PooledCall Make() => new(model, this, model.Bind(
        [.. model.Metadata.Inputs.Select((input, i) => BoundTensor.Allocate(input.Name, input.Datatype, inputs[i]))],
        [.. model.Metadata.Outputs.Select((output, i) => BoundTensor.Allocate(output.Name, output.Datatype, outputs[i]))]));
}
