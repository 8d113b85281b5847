using Microsoft.Extensions.Logging;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Inference;
using MLOps.Inference.Codecs;
using MLOps.Inference.Engine;
using Orleans.Concurrency;

namespace MLOps.Silo.Endpoints;

/// <summary>Keeps one model loaded in this silo's engine. Re-entrant, because requests share nothing but the engine;
/// kept alive, because a co-hosted gateway asks the engine directly and the grain would look idle.</summary>
[GrainType("model-replica"), Reentrant, KeepAlive]
internal sealed partial class ModelReplicaGrain(InferenceEngine engine, ModelFiles files, ILogger<ModelReplicaGrain> logger) : Grain, IModelReplicaGrain
{
    // One load at a time; requests that find nothing loaded wait for the same one.
    private Task<ModelSignature>? _loading;

    private string Key => this.GetPrimaryKeyString();

    public Task<ModelSignature> LoadAsync(VariantState variant) => _loading = LoadCoreAsync(variant);

    public Task UnloadAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task<TensorMessage> InferAsync(TensorMessage request)
    {
        try
        {
            var content = TensorMessageCodec.Decode(request.Payload);
            if (await RunAsync(content) is { } answer)
            {
                return answer;
            }

            await EnsureLoadedAsync();
            return await RunAsync(content) ?? throw Retired();
        }
        catch (InferenceException exception)
        {
            throw ServingProblem.Of(exception);
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        engine.Unload(Key);
        return Task.CompletedTask;
    }

    /// <returns>Null: the model is not loaded in this silo.</returns>
    private Task<TensorMessage?> RunAsync(TensorMessageContent request) => Task.Run(() =>
    {
        // Off the grain's scheduler: a session runs for as long as the model needs, on as many threads as there are callers.
        if (!engine.TryInfer(Key, request.Tensors, request.Outputs, out var result))
        {
            return null;
        }

        using (result)
        {
            return new TensorMessage(TensorMessageCodec.Encode(result.Outputs, result.Version));
        }
    });

    /// <summary>After a restart or a lost silo nobody calls <see cref="LoadAsync"/>: the endpoint knows what belongs here.</summary>
    private async Task EnsureLoadedAsync()
    {
        if (_loading is null or { IsFaulted: true } or { IsCanceled: true })
        {
            _loading = LoadFromEndpointAsync();
        }

        await _loading;
    }

    private async Task<ModelSignature> LoadFromEndpointAsync()
    {
        var key = ReplicaKey.Parse(Key);
        EndpointSnapshot endpoint;
        try
        {
            endpoint = await GrainFactory.GetGrain<IEndpointGrain>(key.Endpoint).GetAsync();
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            throw Retired();
        }

        if (endpoint.Status == EndpointStatus.Unloaded)
        {
            throw Retired();
        }

        var variant = endpoint.Variants.FirstOrDefault(v => v.Spec.Name == key.Variant && v.LoadRevision == key.Revision && key.Index < v.Spec.Replicas)
            ?? throw Retired();
        return await LoadCoreAsync(variant);
    }

    private async Task<ModelSignature> LoadCoreAsync(VariantState variant)
    {
        var model = await files.ReadModelAsync(variant.Source, CancellationToken.None);
        var schema = await files.ReadSchemaAsync(variant.Source, CancellationToken.None);
        var settings = new SessionSettings { IntraOpThreads = variant.Spec.Threads, Version = variant.ModelVersion };
        ModelMetadata metadata;
        try
        {
            metadata = await Task.Run(() => engine.Load(Key, model, settings));
        }
        catch (InferenceException exception)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"{variant.ModelName} version {variant.ModelVersion} cannot be served: {exception.Message}");
        }

        LogLoaded(logger, Key, variant.ModelName, variant.ModelVersion, model.Length);
        if (metadata.WarmUpFailure is { } reason)
        {
            LogNotWarm(logger, Key, reason);
        }

        return ServingSignature.Of(metadata) with { Schema = schema };
    }

    private MLOpsException Retired()
    {
        DeactivateOnIdle();
        return new MLOpsException(ProblemCode.Unavailable, $"Replica '{Key}' is retired: its endpoint has moved on. Ask the endpoint again.");
    }
}
