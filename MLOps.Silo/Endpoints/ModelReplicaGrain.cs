using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Inference;
using MLOps.Inference.Codecs;
using MLOps.Inference.Engine;
using MLOps.Silo.Features;
using MLOps.Silo.Roles;
using Orleans.Concurrency;
using ModelTrainingException = MLOps.Models.Catalog.ModelTrainingException;

namespace MLOps.Silo.Endpoints;

/// <summary>Keeps one model loaded in this silo's engine. Re-entrant, because requests share nothing but the engine;
/// kept alive, because a co-hosted gateway asks the engine directly and the grain would look idle.</summary>
[GrainType("model-replica"), Reentrant, KeepAlive, SpreadPlacement, PreferRole(SiloRoles.Serving)]
internal sealed partial class ModelReplicaGrain(InferenceEngine engine, ModelFiles files, RowModels rows, ReplicaLink link, IOptions<InferenceOptions> options, ILogger<ModelReplicaGrain> logger) : Grain, IModelReplicaGrain
{
    // Evicted between being loaded and being used, so often: the models in use do not fit the budget together.
    private const int MostLoads = 3;

    // One load at a time; requests that find nothing loaded wait for the same one.
    private Task<ModelSignature>? _loading;

    // Why it cannot be loaded, as the log has it already: each request tries anew.
    private string? _logged;

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

            for (var attempt = 0; attempt < MostLoads; attempt++)
            {
                await EnsureLoadedAsync();
                if (await RunAsync(content) is { } loaded)
                {
                    return loaded;
                }
            }

            throw new MLOpsException(ProblemCode.ResourceExhausted, $"Replica '{Key}' was evicted {MostLoads} times while it was loaded for one request: this silo's memory budget is too small for the models in use.");
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
    private Task<TensorMessage?> RunAsync(TensorMessageContent request) => Task.Run(async () =>
    {
        // Off the grain's scheduler: a session runs for as long as the model needs, on as many threads as there are callers.
        if (await engine.TryInferAsync(Key, request.Tensors, request.Outputs, request.Sequence) is not { } result)
        {
            return null;
        }

        using (result)
        {
            return new TensorMessage(TensorMessageCodec.Encode(result.Outputs, result.Version), result.Waited, await link.AddressAsync());
        }
    });

    /// <summary>After a restart or a lost silo nobody calls <see cref="LoadAsync"/>, and a model may have made room for another
    /// (<see cref="InferenceOptions.MemoryBudgetMiB"/>): the endpoint knows what belongs here.</summary>
    private async Task EnsureLoadedAsync()
    {
        if (engine.Find(Key) is not null)
        {
            // Another request's load brought it meanwhile.
            return;
        }

        if (_loading is null or { IsCompleted: true })
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
        try
        {
            return await LoadCoreAsync(variant);
        }
        catch (MLOpsException exception) when (exception.Code is ProblemCode.NotFound or ProblemCode.InvalidArgument or ProblemCode.PermissionDenied)
        {
            throw Lost(key, variant, exception);
        }
    }

    private async Task<ModelSignature> LoadCoreAsync(VariantState variant)
    {
        var model = await files.ReadModelAsync(variant.Source, CancellationToken.None);
        if (variant.Spec.MemoryBytes > 0 && MemoryEstimate.Of(model.Length) is var takes && takes > variant.Spec.MemoryBytes)
        {
            throw new MLOpsException(
                ProblemCode.InvalidArgument,
                $"{variant.ModelName} version {variant.ModelVersion} takes about {takes} bytes of memory, by its file of {model.Length}: variant '{variant.Spec.Name}' may take {variant.Spec.MemoryBytes}. Raise its memory_bytes.");
        }

        var schema = await files.ReadSchemaAsync(variant.Source, CancellationToken.None);
        var settings = options.Value.Settings(variant.ModelName) with { IntraOpThreads = variant.Spec.Threads, Version = variant.ModelVersion };
        ModelMetadata metadata;
        try
        {
            metadata = await Task.Run(() => engine.Load(Key, model, settings));
        }
        catch (InferenceException exception)
        {
            var code = exception.Error == InferenceError.InvalidModel ? ProblemCode.InvalidArgument : ServingProblem.Of(exception).Code;
            throw new MLOpsException(code, $"{variant.ModelName} version {variant.ModelVersion} cannot be served: {exception.Message}");
        }

        _logged = null;
        LogLoaded(logger, Key, variant.ModelName, variant.ModelVersion, model.Length);
        if (metadata.WarmUpFailure is { } reason)
        {
            LogNotWarm(logger, Key, reason);
        }

        return ServingSignature.Of(metadata) with { Schema = schema, Rows = await RowsAsync(variant) };
    }

    /// <summary>A version whose further files cannot be read is served by tensors alone.</summary>
    private async Task<RowColumns?> RowsAsync(VariantState variant)
    {
        try
        {
            return await rows.FindAsync(variant.Source, CancellationToken.None) is { } found ? new RowColumns(found.Columns.ToArray(), found.Makes.ToArray()) : null;
        }
        catch (ModelTrainingException exception)
        {
            LogNoRows(logger, Key, variant.ModelName, variant.ModelVersion, exception.Message);
            return null;
        }
    }

    /// <summary>What a deployment could load once and nobody can now. The caller asked for nothing that does not exist, nor that it may not have.</summary>
    private MLOpsException Lost(ReplicaKey key, VariantState variant, MLOpsException exception)
    {
        if (_logged != exception.Message)
        {
            _logged = exception.Message;
            LogLost(logger, Key, key.Endpoint, variant.ModelName, variant.ModelVersion, variant.Source, exception.Message.TrimEnd('.'));
        }

        // It does not come back by itself, so gateways must not repeat the call for as long as a silo takes to be replaced.
        return new MLOpsException(
            ProblemCode.Unavailable,
            $"{variant.ModelName} version {variant.ModelVersion}, which endpoint '{key.Endpoint}' serves as '{key.Variant}', can no longer be loaded from '{variant.Source}': {exception.Message.TrimEnd('.')}. Bring its artifact back, or deploy another version.",
            exception) { RetryAfter = Timeout.InfiniteTimeSpan };
    }

    private MLOpsException Retired()
    {
        DeactivateOnIdle();
        return new MLOpsException(ProblemCode.Unavailable, $"Replica '{Key}' is retired: its endpoint has moved on. Ask the endpoint again.");
    }
}
