using System.Collections.Concurrent;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Engine;

/// <summary>ONNX models by key, ready to run. A plain library: a trading process can embed it without Orleans or HTTP.
/// All members may be called concurrently; loading under a key in use swaps the model without failing a request that runs or arrives.</summary>
public sealed class InferenceEngine : IDisposable
{
    private readonly ConcurrentDictionary<string, LoadedModel> _models = new(StringComparer.Ordinal);

    /// <summary>The keys in use.</summary>
    public IReadOnlyCollection<string> Keys => [.. _models.Keys];

    /// <summary>Loads and warms up a model, then puts it under the key; a model that was there ends when its last request does.</summary>
    /// <param name="key">The caller's name for it.</param>
    /// <param name="model">An ONNX protobuf, complete in itself.</param>
    /// <param name="settings">Threads, warm-up, version.</param>
    /// <exception cref="InferenceException">InvalidModel: not ONNX, external data, or nothing ONNX Runtime can run. What was under the key stays.</exception>
    public ModelMetadata Load(string key, byte[] model, SessionSettings settings)
    {
        var loaded = LoadedModel.Load(model, settings);
        LoadedModel? previous = null;
        _models.AddOrUpdate(
            key,
            _ =>
            {
                previous = null;
                return loaded;
            },
            (_, current) =>
            {
                previous = current;
                return loaded;
            });
        previous?.Release();
        return loaded.Metadata;
    }

    /// <summary>Takes the model away; requests that run finish.</summary>
    /// <returns>False: there was none.</returns>
    public bool Unload(string key)
    {
        if (!_models.TryRemove(key, out var model))
        {
            return false;
        }

        model.Release();
        return true;
    }

    /// <summary>What is loaded under the key, or null.</summary>
    public ModelMetadata? Find(string key) => _models.TryGetValue(key, out var model) ? model.Metadata : null;

    /// <summary>Runs the model. The result must be disposed.</summary>
    /// <param name="key">A loaded key.</param>
    /// <param name="inputs">Every input of the model once, in any order; their memory must stay until the call returns.</param>
    /// <param name="outputs">The outputs wanted; null or empty: all.</param>
    /// <exception cref="InferenceException">NotLoaded, or InvalidRequest when the inputs do not fit the model.</exception>
    public InferenceResult Infer(string key, IReadOnlyList<Tensor> inputs, IReadOnlyList<string>? outputs = null) =>
        TryInfer(key, inputs, outputs, out var result)
            ? result
            : throw new InferenceException(InferenceError.NotLoaded, $"No model is loaded as '{key}'.");

    /// <summary>As <see cref="Infer"/>, but a key without model is an answer, not an exception.</summary>
    public bool TryInfer(
        string key,
        IReadOnlyList<Tensor> inputs,
        IReadOnlyList<string>? outputs,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out InferenceResult? result)
    {
        result = null;
        while (_models.TryGetValue(key, out var model))
        {
            if (!model.TryAcquire())
            {
                // Swapped and drained between the lookup and here: the dictionary has another one, or none, by now.
                continue;
            }

            try
            {
                result = model.Run(inputs, outputs);
                return true;
            }
            finally
            {
                model.Release();
            }
        }

        return false;
    }

    public void Dispose()
    {
        foreach (var key in _models.Keys)
        {
            Unload(key);
        }
    }
}
