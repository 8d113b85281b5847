using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Engine;

/// <summary>A model's inputs and outputs tied to memory for a loop that calls it again and again: write the inputs, <see cref="Run"/>, read the outputs.
/// A run allocates nothing. When the model under the key is swapped, the next run uses the new one. Not for two threads at a time: make one for each.</summary>
public sealed class PreparedCall : IDisposable
{
    private readonly ModelSlot _slot;
    private readonly BoundTensor[] _inputs;
    private readonly BoundTensor[] _outputs;
    private LoadedModel _model;
    private BoundCall _call;
    private bool _disposed;

    /// <param name="slot">Held by the caller for this call, which lets it go when it is disposed.</param>
    /// <param name="model">In use by the caller; this call takes a use of its own.</param>
    internal PreparedCall(ModelSlot slot, LoadedModel model, IReadOnlyList<PreparedTensor>? inputs, IReadOnlyList<PreparedTensor> outputs)
    {
        _slot = slot;
        _model = model;
        var made = new List<BoundTensor>();
        try
        {
            Check(model.Metadata.Inputs, inputs ?? []);
            Check(model.Metadata.Outputs, outputs);
            foreach (var input in model.Metadata.Inputs)
            {
                made.Add(Find(inputs ?? [], input.Name, input, "input").Bind(input));
            }

            _inputs = [.. made];
            var shapes = outputs.Count == model.Metadata.Outputs.Count ? null : OutputShapes(model, _inputs);
            foreach (var output in model.Metadata.Outputs)
            {
                var wanted = outputs.FirstOrDefault(tensor => tensor.Name == output.Name) ?? PreparedTensor.Of(output.Name, shapes![output.Name]);
                made.Add(wanted.Bind(output));
            }

            _outputs = [.. made[_inputs.Length..]];
            _call = model.Bind(_inputs, _outputs);
        }
        catch
        {
            made.ForEach(tensor => tensor.Dispose());
            throw;
        }

        model.Pin();
    }

    /// <summary><see cref="SessionSettings.Version"/> of the model that answered last.</summary>
    public int Version => _model.Metadata.Version;

    /// <summary>An input's elements, to be written before <see cref="Run"/>.</summary>
    /// <exception cref="ArgumentException">No such input, or elements of another type.</exception>
    public Span<T> Input<T>(string name)
        where T : unmanaged => Elements<T>(_inputs, name);

    /// <summary>An output's elements; the next <see cref="Run"/> overwrites them.</summary>
    /// <exception cref="ArgumentException">No such output, or elements of another type.</exception>
    public ReadOnlySpan<T> Output<T>(string name)
        where T : unmanaged => Elements<T>(_outputs, name);

    public IReadOnlyList<long> OutputShape(string name) => Named(_outputs, name).Shape;

    /// <exception cref="InferenceException">InvalidRequest: the graph refuses the values, or an output has another shape than its memory. NotLoaded: the model was unloaded.
    /// InvalidModel: the model was swapped for one with other inputs or outputs.</exception>
    public void Run()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_slot.Current != _model)
        {
            Follow();
        }

        try
        {
            _call.Run();
        }
        catch (OnnxRuntimeException exception)
        {
            throw OrtMessage.Refusal(exception);
        }
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _call.Dispose();
        foreach (var tensor in _inputs.Concat(_outputs))
        {
            tensor.Dispose();
        }

        _model.Unpin();
        _slot.LetGo();
    }

    private static void Check(IReadOnlyList<TensorMetadata> expected, IReadOnlyList<PreparedTensor> given)
    {
        foreach (var tensor in given)
        {
            if (expected.All(known => known.Name != tensor.Name))
            {
                throw InferenceException.Invalid($"The model has no '{Quoted.Short(tensor.Name)}': it has {string.Join(", ", expected.Select(known => $"'{known.Name}'"))}.");
            }
        }
    }

    private static PreparedTensor Find(IReadOnlyList<PreparedTensor> tensors, string name, TensorMetadata expected, string role) =>
        tensors.FirstOrDefault(tensor => tensor.Name == name)
        ?? (expected.Shape.All(length => length >= 0)
            ? PreparedTensor.Of(name, [.. expected.Shape])
            : throw InferenceException.Invalid($"The shape {TensorShape.Format([.. expected.Shape])} of {role} '{name}' is open: say which it has in this call."));

    /// <summary>Shapes of the outputs for these inputs: those of a run on what the inputs' memory holds now.</summary>
    private static Dictionary<string, long[]> OutputShapes(LoadedModel model, BoundTensor[] inputs)
    {
        using var result = model.Run([.. inputs.Select(input => new Tensor(input.Name, input.Datatype, input.Shape, input.Span().ToArray()))], null);
        return result.Outputs.ToDictionary(output => output.Name, output => output.Shape.ToArray(), StringComparer.Ordinal);
    }

    private void Follow()
    {
        while (true)
        {
            var next = _slot.Current ?? throw new InferenceException(InferenceError.NotLoaded, $"The model '{_slot.Key}' was unloaded.");
            if (!next.TryAcquire())
            {
                continue;
            }

            try
            {
                if (!Same(_model.Metadata.Inputs, next.Metadata.Inputs) || !Same(_model.Metadata.Outputs, next.Metadata.Outputs))
                {
                    throw new InferenceException(InferenceError.InvalidModel, $"The model '{_slot.Key}' was swapped for one with other inputs or outputs: prepare the call anew.");
                }

                var call = next.Bind(_inputs, _outputs);
                next.Pin();
                _call.Dispose();
                _model.Unpin();
                (_model, _call) = (next, call);
                return;
            }
            finally
            {
                next.Release();
            }
        }
    }

    private static bool Same(IReadOnlyList<TensorMetadata> one, IReadOnlyList<TensorMetadata> other) =>
        one.Count == other.Count
        && one.Zip(other).All(pair => pair.First.Name == pair.Second.Name && pair.First.Datatype == pair.Second.Datatype && pair.First.Shape.SequenceEqual(pair.Second.Shape));

    private static Span<T> Elements<T>(BoundTensor[] tensors, string name)
        where T : unmanaged
    {
        var tensor = Named(tensors, name);
        return TensorDatatypes.Of<T>() == tensor.Datatype
            ? MemoryMarshal.Cast<byte, T>(tensor.Span())
            : throw new ArgumentException($"'{tensor.Name}' holds {tensor.Datatype.Name()}, not {typeof(T).Name}.");
    }

    private static BoundTensor Named(BoundTensor[] tensors, string name)
    {
        foreach (var tensor in tensors)
        {
            if (tensor.Name == name)
            {
                return tensor;
            }
        }

        throw new ArgumentException($"No tensor '{name}': there is {string.Join(", ", tensors.Select(tensor => $"'{tensor.Name}'"))}.", nameof(name));
    }
}
