using MLOps.Inference.Tensors;

namespace MLOps.Inference.Engine;

/// <summary>A bound call over memory of its own, lent to one request at a time: to its answer, to be exact, which lies in it.</summary>
internal sealed class PooledCall : IDisposable
{
    private readonly BoundCall _call;
    private readonly CallPool _pool;
    private readonly LoadedModel _model;

    public PooledCall(LoadedModel model, CallPool pool, BoundCall call)
    {
        _model = model;
        _pool = pool;
        _call = call;
        Outputs = [.. call.Outputs.Select(output => new Tensor(output.Name, output.Datatype, output.Shape, output.Memory))];
    }

    /// <summary>Over the call's memory, the same objects for every answer.</summary>
    public Tensor[] Outputs { get; }

    /// <param name="inputs">Of the shapes that the call is bound to, in any order.</param>
    public void Run(IReadOnlyList<Tensor> inputs)
    {
        for (var i = 0; i < inputs.Count; i++)
        {
            inputs[i].Data.Span.CopyTo(_call.Inputs[_model.InputIndex(inputs[i].Name, i)].Memory.Span);
        }

        _call.Run();
    }

    public void Fill(byte value)
    {
        foreach (var output in _call.Outputs)
        {
            output.Memory.Span.Fill(value);
        }
    }

    /// <summary>Lets another request have it. Whoever rented it holds a use of the model until then.</summary>
    public void Dispose()
    {
        _pool.Return(this);
        _model.Release();
    }

    /// <summary>Gives memory and binding back.</summary>
    public void Destroy()
    {
        _call.Dispose();
        foreach (var tensor in _call.Inputs.Concat(_call.Outputs))
        {
            tensor.Dispose();
        }
    }
}
