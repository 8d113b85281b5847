namespace MLOps.Inference.Codecs;

/// <summary>Parameters of a request, a tensor or an output: string, bool, long or double by name.</summary>
public sealed class OipParameters
{
    internal const int MaxCount = 256;

    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);

    public object? this[string name] => _values.GetValueOrDefault(name);

    public int Count => _values.Count;

    /// <returns>Null: not given.</returns>
    /// <exception cref="InferenceException">InvalidRequest: given, but no boolean.</exception>
    public bool? GetBoolean(string name) => this[name] switch
    {
        null => null,
        bool value => value,
        _ => throw InferenceException.Invalid($"Parameter '{name}' must be true or false."),
    };

    /// <returns>Null: not given.</returns>
    /// <exception cref="InferenceException">InvalidRequest: given, but no integer of 0 or more.</exception>
    public long? GetSize(string name) => this[name] switch
    {
        null => null,
        long value when value >= 0 => value,
        _ => throw InferenceException.Invalid($"Parameter '{name}' must be an integer of 0 or more."),
    };

    /// <summary>A region of memory that both sides map is an extension of another server: without its data the tensor would be empty.</summary>
    /// <exception cref="InferenceException">NotOffered: the tensor lies in one.</exception>
    internal static void RefuseSharedMemory(OipParameters? parameters, string tensor)
    {
        if (parameters?["shared_memory_region"] is not null)
        {
            throw InferenceException.NotOffered($"Tensor '{Quoted.Short(tensor)}' is in shared memory, an extension that is not offered: send its data in the request.");
        }
    }

    internal void Set(string name, object? value)
    {
        if (_values.Count >= MaxCount)
        {
            throw InferenceException.Invalid($"More than {MaxCount} parameters.");
        }

        _values[name] = value;
    }
}
