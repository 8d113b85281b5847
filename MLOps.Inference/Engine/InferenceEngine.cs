using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using MLOps.Inference.Configuration;
using MLOps.Inference.Sequences;
using MLOps.Inference.Sources;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Engine;

/// <summary>ONNX models by key, ready to run. A plain library: a trading process can embed it without Orleans or HTTP.
/// All members may be called concurrently; loading under a key in use swaps the model without failing a request that runs or arrives.</summary>
public sealed partial class InferenceEngine : IDisposable
{
    private readonly ConcurrentDictionary<string, ModelSlot> _slots = new(StringComparer.Ordinal);
    private readonly InferenceEngineOptions _options;
    private readonly TimeProvider _time;
    private readonly SessionFactory _sessions;
    private readonly MemoryBudget _budget;
    private readonly ITimer _sweeper;

    public InferenceEngine()
        : this(new InferenceEngineOptions())
    {
    }

    /// <param name="options">Limits, execution provider, where models are found.</param>
    /// <param name="time">The clock of sequences and of the order of eviction. Default: the system's.</param>
    /// <param name="observer">Hears of evictions and of what runs less well than asked.</param>
    public InferenceEngine(InferenceEngineOptions options, TimeProvider? time = null, IEngineObserver? observer = null)
    {
        _options = options;
        _time = time ?? TimeProvider.System;
        _sessions = new SessionFactory(options, observer);
        _budget = new MemoryBudget(options.MemoryBudget, _slots, observer);

        // A sequence that nobody asks for again would hold its state, and its model, for ever.
        var period = options.SequenceTimeout / 2;
        _sweeper = _time.CreateTimer(_ => Sweep(), null, period, period);
    }

    /// <summary>The keys whose models are loaded.</summary>
    public IReadOnlyCollection<string> Keys => [.. _slots.Values.Where(slot => slot.Current is not null).Select(slot => slot.Key)];

    /// <summary>What the loaded models are counted as, in bytes: see <see cref="MemoryEstimate"/>.</summary>
    public long LoadedBytes => _budget.Loaded;

    /// <summary>Loads and warms up a model, then puts it under the key; a model that was there ends when its last request does.</summary>
    /// <param name="key">The caller's name for it.</param>
    /// <param name="model">An ONNX protobuf, complete in itself.</param>
    /// <param name="settings">Threads, warm-up, version, batching.</param>
    /// <exception cref="InferenceException">InvalidModel: not ONNX, external data, or nothing ONNX Runtime can run. Exhausted: over the memory budget.
    /// ProviderMissing: the required execution provider is not there. In all cases what was under the key stays.</exception>
    public ModelMetadata Load(string key, byte[] model, SessionSettings settings) => LoadCore(key, model, settings, null, null);

    /// <summary>Takes the model away; requests that run finish, its sequences end.</summary>
    /// <returns>False: there was none.</returns>
    public bool Unload(string key)
    {
        if (!_slots.TryRemove(key, out var slot))
        {
            return false;
        }

        var model = slot.Remove();
        slot.Sequences.Close();
        Release(model);
        return model is not null;
    }

    /// <summary>What is loaded under the key, or null.</summary>
    public ModelMetadata? Find(string key) => _slots.TryGetValue(key, out var slot) ? slot.Current?.Metadata : null;

    /// <summary>Requests that the model now under the key answered together with others: whether its batching does anything.</summary>
    public long BatchedRequests(string key) => _slots.TryGetValue(key, out var slot) ? slot.Current?.Batcher?.Together ?? 0 : 0;

    /// <summary>Runs the model. The result must be disposed.</summary>
    /// <param name="key">A loaded key.</param>
    /// <param name="inputs">Every input of the model once, in any order; their memory must stay until the call returns.</param>
    /// <param name="outputs">The outputs wanted; null or empty: all.</param>
    /// <param name="sequence">The step of a sequence that the request is; null: of none.</param>
    /// <exception cref="InferenceException">NotLoaded, or InvalidRequest when the inputs do not fit the model; of sequences also Conflict and Exhausted.</exception>
    public InferenceResult Infer(string key, IReadOnlyList<Tensor> inputs, IReadOnlyList<string>? outputs = null, SequenceStep? sequence = null) =>
        TryInfer(key, inputs, outputs, sequence, out var result) ? result : throw NotLoaded(key);

    /// <summary>As <see cref="Infer(string, IReadOnlyList{Tensor}, IReadOnlyList{string}, SequenceStep?)"/>, but a key without model is an answer, not an exception.</summary>
    public bool TryInfer(string key, IReadOnlyList<Tensor> inputs, IReadOnlyList<string>? outputs, [NotNullWhen(true)] out InferenceResult? result) =>
        TryInfer(key, inputs, outputs, null, out result);

    /// <inheritdoc cref="TryInfer(string, IReadOnlyList{Tensor}, IReadOnlyList{string}, out InferenceResult)"/>
    public bool TryInfer(
        string key,
        IReadOnlyList<Tensor> inputs,
        IReadOnlyList<string>? outputs,
        SequenceStep? sequence,
        [NotNullWhen(true)] out InferenceResult? result)
    {
        result = null;
        if (!TryUse(key, out var slot, out var model))
        {
            return false;
        }

        using var span = EngineTelemetry.Start(key);
        try
        {
            result = sequence is { } step ? slot.Sequences.Run(model, step, inputs, outputs) : model.Run(inputs, outputs);
            return true;
        }
        finally
        {
            model.Release();
        }
    }

    /// <summary>As <see cref="TryInfer(string, IReadOnlyList{Tensor}, IReadOnlyList{string}, SequenceStep?, out InferenceResult)"/>, and may run the request together
    /// with others where the model's settings say so (<see cref="SessionSettings.MaxBatch"/>). The inputs' memory must stay until the task has ended, so it cannot be cancelled.</summary>
    /// <returns>Null: no model is loaded under the key.</returns>
    public ValueTask<InferenceResult?> TryInferAsync(string key, IReadOnlyList<Tensor> inputs, IReadOnlyList<string>? outputs, SequenceStep? sequence = null)
    {
        if (!TryUse(key, out var slot, out var model))
        {
            return default;
        }

        if (sequence is null && model.Batcher is not null)
        {
            return RunBatchedAsync(key, model, inputs, outputs);
        }

        using var span = EngineTelemetry.Start(key);
        try
        {
            return new(sequence is { } step ? slot.Sequences.Run(model, step, inputs, outputs) : model.Run(inputs, outputs));
        }
        finally
        {
            model.Release();
        }
    }

    /// <summary>Ties a model's inputs and outputs to memory for a loop that calls it again and again without allocating.</summary>
    /// <param name="inputs">Inputs in the caller's memory, and those whose shape the model leaves open; null: every shape is fixed.</param>
    /// <param name="outputs">Outputs in the caller's memory; the others take the shape that a first run on the inputs gives them.</param>
    /// <exception cref="InferenceException">NotLoaded, or InvalidRequest when shapes or memory do not fit the model.</exception>
    public PreparedCall Prepare(string key, IReadOnlyList<PreparedTensor>? inputs = null, IReadOnlyList<PreparedTensor>? outputs = null)
    {
        while (TryUse(key, out var slot, out var model))
        {
            slot.Hold();
            var held = false;
            try
            {
                // Else it was evicted between the lookup and the hold: there is another one, or none, by now.
                if (slot.Current is not null)
                {
                    var call = new PreparedCall(slot, model, inputs, outputs ?? []);
                    held = true;
                    return call;
                }
            }
            finally
            {
                model.Release();
                if (!held)
                {
                    slot.LetGo();
                }
            }
        }

        throw NotLoaded(key);
    }

    public void Dispose()
    {
        _sweeper.Dispose();
        foreach (var key in _slots.Keys)
        {
            Unload(key);
        }
    }

    private ModelMetadata LoadCore(string key, byte[] model, SessionSettings settings, ModelDeclaration? declared, (IModelSource, SessionSettings)? origin)
    {
        var bytes = MemoryEstimate.Of(model.Length);
        _budget.Take(key, bytes);
        LoadedModel? loaded = null;
        try
        {
            loaded = LoadedModel.Load(key, model, settings, _sessions);
            declared?.Check(loaded.Metadata);
        }
        catch
        {
            loaded?.Release();
            _budget.Give(bytes);
            throw;
        }

        while (true)
        {
            var slot = _slots.GetOrAdd(key, static (name, engine) => new ModelSlot(name, new SequenceTable(engine._options, engine._time)), this);
            slot.LastUsed = _time.GetTimestamp();
            if (slot.TrySwap(loaded, origin, out var previous))
            {
                Release(previous);
                return loaded.Metadata;
            }
        }
    }

    private static async ValueTask<InferenceResult?> RunBatchedAsync(string key, LoadedModel model, IReadOnlyList<Tensor> inputs, IReadOnlyList<string>? outputs)
    {
        using var span = EngineTelemetry.Start(key);
        try
        {
            return await model.Batcher!.RunAsync(inputs, outputs).ConfigureAwait(false);
        }
        finally
        {
            model.Release();
        }
    }

    private static InferenceException NotLoaded(string key) => new(InferenceError.NotLoaded, $"No model is loaded as '{key}'.");

    private bool TryUse(string key, [NotNullWhen(true)] out ModelSlot? slot, [NotNullWhen(true)] out LoadedModel? model)
    {
        model = null;
        while (_slots.TryGetValue(key, out slot) && slot.Current is { } current)
        {
            // Else it was swapped and drained between the lookup and here: there is another one, or none, by now.
            if (current.TryAcquire())
            {
                model = current;
                if (_budget.IsLimited)
                {
                    slot.LastUsed = _time.GetTimestamp();
                }

                return true;
            }
        }

        return false;
    }

    private void Release(LoadedModel? model)
    {
        if (model is not null)
        {
            _budget.Give(model.Bytes);
            model.Release();
        }
    }

    private void Sweep()
    {
        foreach (var slot in _slots.Values)
        {
            slot.Sequences.Sweep();
        }
    }
}
