using System.Collections.Concurrent;
using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Sequences;

/// <summary>The sequences under one key of the engine.</summary>
internal sealed class SequenceTable(InferenceEngineOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Sequence> _sequences = new(StringComparer.Ordinal);
    private bool _closed;
    private long _bytes;

    public int Count => _sequences.Count;

    /// <param name="model">What is loaded now, in use by the caller; a sequence that goes on keeps the model that it began with.</param>
    /// <exception cref="InferenceException">InvalidRequest: an unknown sequence, a model without state, or unfit inputs. Conflict: a step of the sequence is running. Exhausted: too many sequences.</exception>
    public InferenceResult Run(LoadedModel model, SequenceStep step, IReadOnlyList<Tensor> inputs, IReadOnlyList<string>? outputs)
    {
        if (step.Id.Length is 0 or > SequenceStep.MaxIdLength)
        {
            throw InferenceException.Invalid($"A sequence's id has 1 to {SequenceStep.MaxIdLength} characters.");
        }

        return step.Start ? Begin(model, step, inputs, outputs) : Continue(step, inputs, outputs);
    }

    /// <summary>Drops what was not used for longer than the time-out.</summary>
    public void Sweep()
    {
        foreach (var (id, sequence) in _sequences)
        {
            if (IsOver(sequence) && sequence.TryEnter())
            {
                // Seen again inside: a step may have come between.
                if (IsOver(sequence))
                {
                    Remove(id, sequence);
                }
                else
                {
                    sequence.Exit();
                }
            }
        }
    }

    /// <summary>Drops everything; a step that runs finishes.</summary>
    public void Close()
    {
        Volatile.Write(ref _closed, true);
        foreach (var (id, sequence) in _sequences)
        {
            if (sequence.TryEnter())
            {
                Remove(id, sequence);
            }
        }
    }

    private InferenceResult Begin(LoadedModel model, SequenceStep step, IReadOnlyList<Tensor> inputs, IReadOnlyList<string>? outputs)
    {
        if (model.Metadata.State.Count == 0)
        {
            throw InferenceException.Invalid("The model keeps no state, so it has no sequences: leave sequence_id out.");
        }

        _sequences.TryGetValue(step.Id, out var last);
        if (last is not null && !last.TryEnter())
        {
            throw Busy(step.Id);
        }

        var sequence = new Sequence(model);
        sequence.TryEnter();
        var begun = false;
        try
        {
            MakeRoom(last);
            if (last is null && !_sequences.TryAdd(step.Id, sequence))
            {
                throw Busy(step.Id);
            }

            var result = Step(sequence, inputs, outputs);
            begun = true;
            if (last is not null)
            {
                // Nobody else takes away what this step has entered.
                _sequences.TryUpdate(step.Id, sequence, last);
                Remove(step.Id, last);
            }

            Weigh(sequence);
            return result;
        }
        finally
        {
            // A sequence whose first step failed has not begun, and the one before it goes on.
            Leave(step, sequence, drop: !begun);
            if (!begun && last is not null)
            {
                Leave(step with { End = false }, last, drop: false);
            }
        }
    }

    private InferenceResult Continue(SequenceStep step, IReadOnlyList<Tensor> inputs, IReadOnlyList<string>? outputs)
    {
        if (!_sequences.TryGetValue(step.Id, out var sequence))
        {
            throw Unknown(step.Id);
        }

        if (!sequence.TryEnter())
        {
            throw Busy(step.Id);
        }

        var over = !_sequences.TryGetValue(step.Id, out var current) || current != sequence || IsOver(sequence);
        try
        {
            var result = over ? throw Unknown(step.Id) : Step(sequence, inputs, outputs);
            Weigh(sequence);
            return result;
        }
        finally
        {
            Leave(step, sequence, over);
        }
    }

    private InferenceResult Step(Sequence sequence, IReadOnlyList<Tensor> inputs, IReadOnlyList<string>? outputs)
    {
        try
        {
            return sequence.Run(inputs, outputs);
        }
        finally
        {
            sequence.LastUsed = time.GetTimestamp();
        }
    }

    private void Leave(SequenceStep step, Sequence sequence, bool drop)
    {
        if (drop || step.End || Volatile.Read(ref _closed))
        {
            Remove(step.Id, sequence);
        }
        else
        {
            sequence.Exit();

            // Whoever closed the table a moment ago could not enter, and left the sequence to this step.
            if (Volatile.Read(ref _closed) && sequence.TryEnter())
            {
                Remove(step.Id, sequence);
            }
        }
    }

    /// <summary>Whoever calls has entered the sequence and never leaves it, so that nobody uses it after.</summary>
    private void Remove(string id, Sequence sequence)
    {
        _sequences.TryRemove(KeyValuePair.Create(id, sequence));
        Interlocked.Add(ref _bytes, -sequence.Counted);
        sequence.Counted = 0;
        sequence.Release();
    }

    /// <summary>Takes the state that a step has left into the count; whoever calls has entered.</summary>
    private void Weigh(Sequence sequence)
    {
        var bytes = sequence.Bytes;
        Interlocked.Add(ref _bytes, bytes - sequence.Counted);
        sequence.Counted = bytes;
    }

    /// <param name="last">What the new sequence takes the place of.</param>
    private void MakeRoom(Sequence? last)
    {
        if (HasRoom(last))
        {
            return;
        }

        Sweep();
        if (BytesBeside(last) >= options.MaxSequenceBytes)
        {
            throw new InferenceException(InferenceError.Exhausted, $"The states of open sequences take {BytesBeside(last)} bytes, of {options.MaxSequenceBytes} that they may: end some (sequence_end), or wait until they time out.");
        }

        if (!HasRoom(last))
        {
            throw new InferenceException(InferenceError.Exhausted, $"{options.MaxSequences} sequences are open: end some (sequence_end), or wait until they time out.");
        }
    }

    private bool HasRoom(Sequence? last) => _sequences.Count - (last is null ? 0 : 1) < options.MaxSequences && BytesBeside(last) < options.MaxSequenceBytes;

    private long BytesBeside(Sequence? last) => Interlocked.Read(ref _bytes) - (last?.Counted ?? 0);

    private bool IsOver(Sequence sequence) => time.GetElapsedTime(sequence.LastUsed) > options.SequenceTimeout;

    private static InferenceException Busy(string id) =>
        new(InferenceError.Conflict, $"Sequence '{Quoted.Short(id)}' has a step under way: send the next one after its answer.");

    private static InferenceException Unknown(string id) =>
        InferenceException.Invalid($"Sequence '{Quoted.Short(id)}' is not known here: it was never started, it ended, it timed out, or its replica was placed anew. Begin it with sequence_start.");
}
