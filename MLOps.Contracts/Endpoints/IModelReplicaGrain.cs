using Orleans.CodeGeneration;

namespace MLOps.Contracts.Endpoints;

/// <summary>One placed replica (key: <see cref="ReplicaKey"/>). It holds no tensors: it keeps the model loaded in its silo's engine,
/// under its own key, and loads it again by itself wherever it is activated.</summary>
[Alias("mlops.IModelReplicaGrain"), Version(1)]
public interface IModelReplicaGrain : IGrainWithStringKey
{
    /// <summary>Loads the model into this silo's engine and warms it up.</summary>
    /// <exception cref="Problems.MLOpsException">NotFound: the version has no model file. InvalidArgument: it cannot be loaded.</exception>
    [Alias("load"), ResponseTimeout(IEndpointGrain.Patience)]
    Task<ModelSignature> LoadAsync(VariantState variant);

    [Alias("unload")]
    Task UnloadAsync();

    /// <summary>Runs one encoded inference request; both sides use the codec of MLOps.Inference.</summary>
    /// <exception cref="Problems.MLOpsException">InvalidArgument: the request does not fit the model.
    /// Unavailable: the endpoint has moved on from this replica; ask the endpoint and retry; with an infinite <see cref="Problems.MLOpsException.RetryAfter"/>, its model
    /// can no longer be loaded. ResourceExhausted: too little memory for it.</exception>
    [Alias("infer")]
    Task<TensorMessage> InferAsync(TensorMessage request);
}
