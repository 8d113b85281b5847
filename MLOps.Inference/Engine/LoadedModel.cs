using System.Buffers.Binary;
using Microsoft.ML.OnnxRuntime;
using MLOps.Inference.Batching;
using MLOps.Inference.Sequences;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Engine;

/// <summary>One session with a count of its users: the engine holds one use, every running request another, and the last to go disposes it.</summary>
internal sealed class LoadedModel
{
    private static readonly RunOptions Defaults = new();

    private readonly InferenceSession _session;
    private readonly string[] _outputNames;
    private readonly CallPools _calls;
    private int _uses = 1;
    private int _pins;

    private LoadedModel(string key, InferenceSession session, ExecutionProvider provider, SessionSettings settings, long bytes, Action<string> degraded)
    {
        _session = session;
        Provider = provider;
        Bytes = bytes;
        Metadata = new ModelMetadata(
            [.. session.InputNames.Select(name => ModelSignature.Describe(name, session.InputMetadata[name], "input"))],
            [.. session.OutputNames.Select(name => ModelSignature.Describe(name, session.OutputMetadata[name], "output"))],
            settings.Version,
            null)
        { ExecutionProvider = provider };
        Symbols = session.InputNames.ToDictionary(name => name, name => session.InputMetadata[name].SymbolicDimensions, StringComparer.Ordinal);
        Metadata = Metadata with { State = StateLinks.Of(Metadata, settings.State, session.ModelMetadata.CustomMetadataMap) };
        _outputNames = [.. session.OutputNames];
        _calls = new CallPools(this);
        Batcher = settings.MaxBatch > 1 ? new MicroBatcher(this, settings, reason => degraded($"'{key}' is no longer batched: {reason}.")) : null;
    }

    public ModelMetadata Metadata { get; private set; }

    public ExecutionProvider Provider { get; }

    /// <summary>What the model is counted as in the memory budget.</summary>
    public long Bytes { get; }

    /// <summary>Names of the open dimensions of each input.</summary>
    public IReadOnlyDictionary<string, string[]> Symbols { get; }

    /// <summary>Null: every request runs alone.</summary>
    public MicroBatcher? Batcher { get; }

    /// <summary>Whether prepared calls or sequences hold the model, so that it cannot be evicted.</summary>
    public bool IsPinned => Volatile.Read(ref _pins) > 0;

    /// <param name="key">For messages.</param>
    public static LoadedModel Load(string key, byte[] model, SessionSettings settings, SessionFactory sessions)
    {
        var session = sessions.Create(model, settings, out var provider);
        try
        {
            var loaded = new LoadedModel(key, session, provider, settings, MemoryEstimate.Of(model.Length), sessions.Degraded);
            if (settings.WarmUp)
            {
                loaded.Metadata = loaded.Metadata with { WarmUpFailure = Engine.WarmUp.Run(loaded) };
            }

            return loaded;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <returns>False when the last user has gone and the session with it.</returns>
    public bool TryAcquire()
    {
        var uses = Volatile.Read(ref _uses);
        while (uses > 0)
        {
            var seen = Interlocked.CompareExchange(ref _uses, uses + 1, uses);
            if (seen == uses)
            {
                return true;
            }

            uses = seen;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _uses) == 0)
        {
            _calls.Clear();
            _session.Dispose();
        }
    }

    /// <summary>One more use, for long: the model is not evicted until <see cref="Unpin"/>. Whoever calls holds a use already.</summary>
    public void Pin()
    {
        Interlocked.Increment(ref _uses);
        Interlocked.Increment(ref _pins);
    }

    public void Unpin()
    {
        Interlocked.Decrement(ref _pins);
        Release();
    }

    /// <summary>Place of an input in the model's order; inputs mostly come in it, so <paramref name="guess"/> is tried first.</summary>
    public int InputIndex(string name, int guess)
    {
        if (Metadata.Inputs[guess].Name == name)
        {
            return guess;
        }

        var index = 0;
        while (Metadata.Inputs[index].Name != name)
        {
            index++;
        }

        return index;
    }

    public BoundCall Bind(BoundTensor[] inputs, BoundTensor[] outputs) => new(_session, Provider, inputs, outputs);

    /// <summary>Whoever calls holds a use of the model.</summary>
    /// <param name="outputs">Null or empty: all.</param>
    /// <exception cref="InferenceException">InvalidRequest: the inputs do not fit the model.</exception>
    public InferenceResult Run(IReadOnlyList<Tensor> inputs, IReadOnlyList<string>? outputs)
    {
        RequestCheck.Inputs(Metadata, inputs);
        var wanted = outputs is { Count: > 0 } ? RequestCheck.Outputs(Metadata, outputs) : null;
        return TryRunBound(inputs, wanted) ?? RunUnbound(inputs, wanted);
    }

    /// <returns>Null: no call is bound to these shapes, or none that can hold the answer.</returns>
    private InferenceResult? TryRunBound(IReadOnlyList<Tensor> inputs, IReadOnlyList<string>? wanted)
    {
        if (_calls.TryRent(inputs) is not { } call)
        {
            return null;
        }

        // The answer lies in the call, and the call needs the session, until the answer is disposed.
        Interlocked.Increment(ref _uses);
        try
        {
            call.Run(inputs);
            return new InferenceResult(wanted is null ? call.Outputs : Select(call.Outputs, wanted), Metadata.Version, call);
        }
        catch (OnnxRuntimeException)
        {
            // Either the values are at fault, and the run that follows says so; or this model's outputs do not always have the same shape.
            call.Dispose();
            var result = RunUnbound(inputs, wanted);
            _calls.Stop();
            return result;
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    private InferenceResult RunUnbound(IReadOnlyList<Tensor> inputs, IReadOnlyList<string>? wanted)
    {
        var names = new string[inputs.Count];
        var values = new OrtValue[inputs.Count];
        var pinned = new PinnedInput[inputs.Count];
        try
        {
            for (var i = 0; i < inputs.Count; i++)
            {
                pinned[i] = PinnedInput.Create(inputs[i]);
                names[i] = inputs[i].Name;
                values[i] = pinned[i].Value;
            }

            var results = _session.Run(Defaults, names, values, wanted ?? _outputNames);
            try
            {
                var outputs = Read(wanted ?? _outputNames, results);
                if (wanted is null)
                {
                    _calls.Learn(inputs, outputs);
                }

                return new InferenceResult(outputs, Metadata.Version, results);
            }
            catch
            {
                results.Dispose();
                throw;
            }
        }
        catch (OnnxRuntimeException exception)
        {
            // The bytes and fixed dimensions were checked above: what is left are values and open dimensions that only the graph can judge.
            throw OrtMessage.Refusal(exception);
        }
        finally
        {
            foreach (ref var input in pinned.AsSpan())
            {
                input.Dispose();
            }
        }
    }

    private static Tensor[] Select(Tensor[] outputs, IReadOnlyList<string> wanted)
    {
        var selected = new Tensor[wanted.Count];
        for (var i = 0; i < selected.Length; i++)
        {
            selected[i] = Array.Find(outputs, output => output.Name == wanted[i])!;
        }

        return selected;
    }

    private static Tensor[] Read(IReadOnlyList<string> names, IDisposableReadOnlyCollection<OrtValue> results)
    {
        var outputs = new Tensor[names.Count];
        for (var i = 0; i < outputs.Length; i++)
        {
            var value = results[i];
            var info = value.GetTensorTypeAndShape();
            if (!TensorDatatypes.TryFrom(info.ElementDataType, out var datatype))
            {
                throw new InferenceException(InferenceError.InvalidModel, $"The model's output '{names[i]}' has type {info.ElementDataType}, which no protocol datatype stands for.");
            }

            outputs[i] = datatype == TensorDatatype.Bytes
                ? new Tensor(names[i], datatype, info.Shape, Strings(value, info.ElementCount))
                : new Tensor(names[i], datatype, info.Shape, info.ElementCount == 0 ? default : new NativeMemory(value).Memory);
        }

        return outputs;
    }

    private static byte[] Strings(OrtValue value, long count)
    {
        using var stream = new MemoryStream();
        Span<byte> prefix = stackalloc byte[sizeof(uint)];
        for (var i = 0; i < count; i++)
        {
            var element = value.GetStringElementAsSpan(i);
            BinaryPrimitives.WriteUInt32LittleEndian(prefix, (uint)element.Length);
            stream.Write(prefix);
            stream.Write(element);
        }

        return stream.ToArray();
    }
}
