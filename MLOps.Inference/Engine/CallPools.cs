using Microsoft.ML.OnnxRuntime;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Engine;

/// <summary>The bound calls of one model, for the few shapes that come first. They save most of what a call through the bindings costs
/// beside the run itself: objects, names, shapes and native handles for every tensor (bench: <c>MLOps.Bench engine</c>).</summary>
internal sealed class CallPools
{
    private const int MostShapes = 8;

    // Above this the copy into bound memory costs more than it saves.
    private const long MostBytes = 256 << 10;

    // 0xA5 is in no model's outputs throughout, so an output that a run did not write is seen.
    private const byte Unwritten = 0xA5;

    private readonly LoadedModel _model;
    private readonly Lock _gate = new();
    private volatile CallPool[] _pools = [];
    private volatile bool _usable;

    public CallPools(LoadedModel model)
    {
        _model = model;
        _usable = model.Provider == ExecutionProvider.Cpu
            && model.Metadata.Inputs.Concat(model.Metadata.Outputs).All(tensor => tensor.Datatype != TensorDatatype.Bytes);
    }

    /// <returns>Null: no call is bound to inputs of these shapes, or all are out.</returns>
    public PooledCall? TryRent(IReadOnlyList<Tensor> inputs) => _usable ? Find(inputs)?.TryRent() : null;

    /// <summary>Binds calls to the shapes of a request that was just answered, if a run that is bound to them answers the same.</summary>
    /// <param name="outputs">All outputs, in the model's order.</param>
    public void Learn(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs)
    {
        if (!_usable || _pools.Length >= MostShapes || outputs.Count != _model.Metadata.Outputs.Count || Bytes(inputs) + Bytes(outputs) > MostBytes || Find(inputs) is not null)
        {
            return;
        }

        lock (_gate)
        {
            if (_pools.Length >= MostShapes || Find(inputs) is not null)
            {
                return;
            }

            var shapes = new long[inputs.Count][];
            for (var i = 0; i < inputs.Count; i++)
            {
                shapes[_model.InputIndex(inputs[i].Name, i)] = inputs[i].Shape;
            }

            var pool = new CallPool(_model, shapes, [.. outputs.Select(output => output.Shape)]);
            if (Agrees(pool, inputs, outputs))
            {
                _pools = [.. _pools, pool];
            }
            else
            {
                _usable = false;
            }
        }
    }

    /// <summary>No more bound calls: a model whose outputs change their shapes with the values cannot have fixed memory for them.</summary>
    public void Stop() => _usable = false;

    public void Clear()
    {
        foreach (var pool in _pools)
        {
            pool.Clear();
        }
    }

    /// <summary>A graph may hand out an input or a constant as its output, or random numbers: then bound memory would not hold the answer.</summary>
    private static bool Agrees(CallPool pool, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs)
    {
        var call = pool.TryRent()!;
        var agrees = false;
        try
        {
            call.Fill(Unwritten);
            call.Run(inputs);
            agrees = true;
            for (var i = 0; i < outputs.Count; i++)
            {
                agrees &= call.Outputs[i].Data.Span.SequenceEqual(outputs[i].Data.Span);
            }
        }
        catch (OnnxRuntimeException)
        {
            // The same request was answered a moment ago, so the binding is at fault, and is not used.
            agrees = false;
        }
        finally
        {
            if (agrees)
            {
                pool.Return(call);
            }
            else
            {
                call.Destroy();
            }
        }

        return agrees;
    }

    private CallPool? Find(IReadOnlyList<Tensor> inputs)
    {
        foreach (var pool in _pools)
        {
            if (pool.Fits(inputs))
            {
                return pool;
            }
        }

        return null;
    }

    private static long Bytes(IReadOnlyList<Tensor> tensors)
    {
        long bytes = 0;
        for (var i = 0; i < tensors.Count; i++)
        {
            bytes += tensors[i].Data.Length;
        }

        return bytes;
    }
}
