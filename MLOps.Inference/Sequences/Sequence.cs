using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Sequences;

/// <summary>The state of one sequence, and the model that it belongs to: a version that is swapped in meanwhile serves new sequences only,
/// because one model's state means nothing to another.</summary>
internal sealed class Sequence
{
    private readonly LoadedModel _model;
    private readonly Tensor?[] _state;
    private int _busy;
    private bool _released;

    /// <param name="model">In use by the caller; pinned until <see cref="Release"/>.</param>
    public Sequence(LoadedModel model)
    {
        _model = model;
        model.Pin();
        _state = new Tensor?[model.Metadata.State.Count];
    }

    /// <summary>What the state takes; only whoever has entered may ask.</summary>
    public long Bytes => _state.Sum(tensor => tensor is null ? 0L : tensor.Data.Length);

    /// <summary>What of it the table has counted.</summary>
    public long Counted { get; set; }

    /// <summary>Timestamp of the last step.</summary>
    public long LastUsed { get; set; }

    /// <returns>False: a step is running.</returns>
    public bool TryEnter() => Interlocked.CompareExchange(ref _busy, 1, 0) == 0;

    public void Exit() => Interlocked.Exchange(ref _busy, 0);

    /// <summary>Lets the model go; whoever calls has entered, and nobody enters after.</summary>
    public void Release()
    {
        if (!_released)
        {
            _released = true;
            _model.Unpin();
        }
    }

    /// <summary>Runs one step. A step that fails leaves the state as it was.</summary>
    /// <exception cref="InferenceException">InvalidRequest: the inputs do not fit the model, or a later step gives the state itself.</exception>
    public InferenceResult Run(IReadOnlyList<Tensor> inputs, IReadOnlyList<string>? outputs)
    {
        var links = _model.Metadata.State;
        var all = new List<Tensor>(inputs.Count + links.Count);
        all.AddRange(inputs);
        for (var i = 0; i < links.Count; i++)
        {
            var given = inputs.Any(input => input.Name == links[i].Input);
            if (given && _state[i] is not null)
            {
                throw InferenceException.Invalid($"Input '{links[i].Input}' is the sequence's own state: it may be given with the first step only.");
            }

            if (!given)
            {
                all.Add(_state[i] ?? InitialState.Of(_model, links[i], inputs));
            }
        }

        var wanted = outputs is { Count: > 0 } ? RequestCheck.Outputs(_model.Metadata, outputs) : null;
        var result = _model.Run(all, wanted is null ? null : [.. wanted.Union(links.Select(link => link.Output))]);
        for (var i = 0; i < links.Count; i++)
        {
            _state[i] = Copy(result.Outputs.First(output => output.Name == links[i].Output), links[i].Input, _state[i]);
        }

        return wanted is null || wanted.Count == result.Outputs.Count
            ? result
            : result.With([.. wanted.Select(name => result.Outputs.First(output => output.Name == name))]);
    }

    /// <summary>An output's memory belongs to its answer, so the state is a copy, in the memory of the last one where it fits.</summary>
    private static Tensor Copy(Tensor output, string input, Tensor? last)
    {
        if (last is not null
            && last.Shape.AsSpan().SequenceEqual(output.Shape)
            && System.Runtime.InteropServices.MemoryMarshal.TryGetArray(last.Data, out var memory))
        {
            output.Data.Span.CopyTo(memory);
            return last;
        }

        return new Tensor(input, output.Datatype, [.. output.Shape], output.Data.ToArray());
    }
}
