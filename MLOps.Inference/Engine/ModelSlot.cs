using MLOps.Inference.Sequences;
using MLOps.Inference.Sources;

namespace MLOps.Inference.Engine;

/// <summary>What an engine keeps under one key: the model that is loaded now, or none while it is evicted.</summary>
internal sealed class ModelSlot(string key, SequenceTable sequences)
{
    private readonly Lock _gate = new();
    private volatile LoadedModel? _current;
    private int _holds;
    private bool _removed;

    public string Key { get; } = key;

    public LoadedModel? Current => _current;

    public SequenceTable Sequences { get; } = sequences;

    /// <summary>Timestamp of the last request; kept only where there is a memory budget.</summary>
    public long LastUsed { get; set; }

    /// <summary>How to load the model again; null: the caller does.</summary>
    public (IModelSource Source, SessionSettings Settings)? Origin { get; private set; }

    /// <summary>Of the model that is, or was last, loaded.</summary>
    public ModelMetadata? LastMetadata { get; private set; }

    /// <summary>One reload at a time.</summary>
    public SemaphoreSlim Reloading { get; } = new(1);

    /// <returns>False: the slot was removed, and the model belongs in another.</returns>
    public bool TrySwap(LoadedModel next, (IModelSource Source, SessionSettings Settings)? origin, out LoadedModel? previous)
    {
        lock (_gate)
        {
            previous = _current;
            if (_removed)
            {
                return false;
            }

            Origin = origin;
            LastMetadata = next.Metadata;
            _current = next;
            return true;
        }
    }

    /// <summary>Nothing under this key is evicted until <see cref="LetGo"/>, whatever model it is by then. Swapping and removing go on.</summary>
    public void Hold()
    {
        lock (_gate)
        {
            _holds++;
        }
    }

    public void LetGo()
    {
        lock (_gate)
        {
            _holds--;
        }
    }

    /// <summary>Empties the slot for good.</summary>
    public LoadedModel? Remove()
    {
        lock (_gate)
        {
            _removed = true;
            var last = _current;
            _current = null;
            return last;
        }
    }

    /// <returns>False: another model, or none, is there by now, or it is held.</returns>
    public bool TryEvict(LoadedModel expected)
    {
        lock (_gate)
        {
            if (_current != expected || _holds > 0)
            {
                return false;
            }

            _current = null;
            return true;
        }
    }
}
