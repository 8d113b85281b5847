using MLOps.Inference.Sequences;
using MLOps.Inference.Sources;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Engine;

/// <content>Models that the engine finds, and finds again after it evicted them.</content>
public sealed partial class InferenceEngine
{
    // Evicted between being loaded and being used, so often: the models in use do not fit the budget together.
    private const int MostReloads = 3;

    /// <summary>Loads a model by name: a <c>models:/</c> URI of <see cref="InferenceEngineOptions.Registry"/>, or an entry of <see cref="InferenceEngineOptions.Models"/>.
    /// The name is its key. Loading again swaps in what the name means then.</summary>
    /// <exception cref="InferenceException">NotFound, InvalidConfiguration, and as <see cref="Load"/>.</exception>
    public Task<ModelMetadata> LoadModelAsync(string name, SessionSettings? settings = null, CancellationToken cancellationToken = default)
    {
        if (ModelReference.IsReference(name))
        {
            var registry = _options.Registry
                ?? throw new InferenceException(InferenceError.InvalidConfiguration, $"'{Quoted.Short(name)}' is in a registry, and the engine has none: set {nameof(InferenceEngineOptions)}.{nameof(InferenceEngineOptions.Registry)}.");
            return LoadModelAsync(name, new RegistrySource(registry, ModelReference.Parse(name)), settings, cancellationToken);
        }

        var models = _options.Models
            ?? throw new InferenceException(InferenceError.InvalidConfiguration, $"'{Quoted.Short(name)}' is no models:/ URI, and the engine has no configuration of models: set {nameof(InferenceEngineOptions)}.{nameof(InferenceEngineOptions.Models)}.");
        return models.Entries.TryGetValue(name, out var entry)
            ? LoadModelAsync(name, models.Source(entry, _options.Registry), settings, cancellationToken)
            : throw new InferenceException(InferenceError.NotFound, $"{models.File} has no [models.{Quoted.Short(name)}]: it has {string.Join(", ", models.Entries.Keys)}.");
    }

    /// <summary>Loads a model from a source of your own, under a key of your own.</summary>
    /// <param name="settings">Its version is the source's, where that knows one.</param>
    /// <exception cref="InferenceException">As the source throws, and as <see cref="Load"/>; InvalidConfiguration: the model is not what is declared.</exception>
    public async Task<ModelMetadata> LoadModelAsync(string key, IModelSource source, SessionSettings? settings = null, CancellationToken cancellationToken = default)
    {
        var content = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
        var wanted = settings ?? new SessionSettings();
        if (content.Version != 0)
        {
            wanted = wanted with { Version = content.Version };
        }

        // Making a session takes the processor for up to seconds: not on the thread of whoever waits.
        return await Task.Run(() => LoadCore(key, content.Bytes, wanted, content.Declared, (source, settings ?? new SessionSettings())), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs a model, loading it again first when it was evicted.</summary>
    /// <exception cref="InferenceException">NotLoaded: it was never loaded here, or by its bytes alone and then evicted; and as <see cref="TryInferAsync"/> and <see cref="Load"/>.</exception>
    public async ValueTask<InferenceResult> InferAsync(
        string key,
        IReadOnlyList<Tensor> inputs,
        IReadOnlyList<string>? outputs = null,
        SequenceStep? sequence = null,
        CancellationToken cancellationToken = default)
    {
        for (var reloads = 0; ; reloads++)
        {
            if (await TryInferAsync(key, inputs, outputs, sequence).ConfigureAwait(false) is { } result)
            {
                return result;
            }

            if (!_slots.TryGetValue(key, out var slot) || slot.Origin is not { } origin)
            {
                throw NotLoaded(key);
            }

            if (reloads == MostReloads)
            {
                throw new InferenceException(InferenceError.Exhausted, $"'{key}' was evicted {MostReloads} times while it was loaded for one request: the memory budget is too small for the models in use.");
            }

            await ReloadAsync(slot, origin.Source, origin.Settings, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs a model of one FP32 input.</summary>
    /// <exception cref="InferenceException">As the general form.</exception>
    public ValueTask<InferenceResult> InferAsync(string key, ReadOnlySpan<float> features, params long[] shape) =>
        InferAsync(key, [Tensor.Of(OnlyInput(key), features, shape)]);

    /// <summary>Runs a loaded model of one FP32 input.</summary>
    /// <exception cref="InferenceException">As the general form.</exception>
    public InferenceResult Infer(string key, ReadOnlySpan<float> features, params long[] shape) =>
        Infer(key, [Tensor.Of(OnlyInput(key), features, shape)]);

    private string OnlyInput(string key)
    {
        var metadata = _slots.TryGetValue(key, out var slot) ? slot.LastMetadata : null;
        return metadata?.Inputs switch
        {
            null => throw NotLoaded(key),
            [var input] => input.Name,
            var inputs => throw InferenceException.Invalid($"'{key}' has {inputs.Count} inputs: name them."),
        };
    }

    private async Task ReloadAsync(ModelSlot slot, IModelSource source, SessionSettings settings, CancellationToken cancellationToken)
    {
        await slot.Reloading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (slot.Current is null)
            {
                await LoadModelAsync(slot.Key, source, settings, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            slot.Reloading.Release();
        }
    }
}
