using System.Collections.Concurrent;

namespace MLOps.Inference.Engine;

/// <summary>Keeps what is loaded within the engine's memory budget, by evicting what was not used for longest.</summary>
internal sealed class MemoryBudget(long? limit, ConcurrentDictionary<string, ModelSlot> slots, IEngineObserver? observer)
{
    private readonly Lock _gate = new();
    private long _loaded;

    /// <summary>What the loaded models are counted as, those that are being loaded included.</summary>
    public long Loaded => Interlocked.Read(ref _loaded);

    public bool IsLimited => limit is not null;

    /// <summary>Takes room for a model that will be loaded, evicting others first, so that the peak stays within the budget too.
    /// What is under the same key now goes when the new model comes, so it neither counts nor is evicted.</summary>
    /// <exception cref="InferenceException">Exhausted: the model is larger than the budget, or what is loaded is held by prepared calls and sequences.</exception>
    public void Take(string key, long bytes)
    {
        if (limit is not { } most)
        {
            Interlocked.Add(ref _loaded, bytes);
            return;
        }

        lock (_gate)
        {
            var leaving = slots.TryGetValue(key, out var slot) ? slot.Current?.Bytes ?? 0 : 0;
            while (_loaded - leaving + bytes > most)
            {
                if (bytes > most || !TryEvictOne(key))
                {
                    throw new InferenceException(
                        InferenceError.Exhausted,
                        $"'{key}' takes {Mebibytes(bytes)}, and the memory budget of {Mebibytes(most)} has {Mebibytes(most - _loaded + leaving)} left; no other model can be evicted. Raise the budget, or unload a model.");
                }
            }

            _loaded += bytes;
        }
    }

    public void Give(long bytes) => Interlocked.Add(ref _loaded, -bytes);

    private bool TryEvictOne(string key)
    {
        var candidates = slots.Values
            .Where(slot => slot.Key != key)
            .Select(slot => (Slot: slot, Model: slot.Current))
            .Where(pair => pair.Model is { IsPinned: false })
            .OrderBy(pair => pair.Slot.LastUsed);
        foreach (var (slot, model) in candidates)
        {
            if (slot.TryEvict(model!))
            {
                Interlocked.Add(ref _loaded, -model!.Bytes);
                model.Release();
                observer?.OnEvicted(slot.Key, model.Bytes);
                return true;
            }
        }

        return false;
    }

    private static string Mebibytes(long bytes) => FormattableString.Invariant($"{bytes / 1048576.0:0.#} MiB");
}
