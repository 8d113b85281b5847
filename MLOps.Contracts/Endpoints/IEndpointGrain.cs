using Orleans.Concurrency;

namespace MLOps.Contracts.Endpoints;

/// <summary>Owns one serving endpoint (key: its name): its variants and what they resolve to.</summary>
[Alias("mlops.IEndpointGrain")]
public interface IEndpointGrain : IGrainWithStringKey
{
    /// <summary>Creates or changes the endpoint: resolves the versions, loads them on replicas, then switches.
    /// If a version cannot be loaded the endpoint keeps serving what it had.</summary>
    /// <exception cref="Problems.MLOpsException">NotFound: no such model or version. InvalidArgument: a bad spec or a model that cannot be loaded.</exception>
    [Alias("deploy")]
    Task<EndpointSnapshot> DeployAsync(EndpointSpec spec);

    [Alias("get"), ReadOnly]
    Task<EndpointSnapshot> GetAsync();

    [Alias("undeploy")]
    Task UndeployAsync();

    /// <summary>Resolves stages and aliases again (a promotion happened) and rolls to the new versions.</summary>
    [Alias("refresh")]
    Task<EndpointSnapshot> RefreshAsync();
}

/// <summary>One placed replica (key: <c>endpoint/variant/i</c>). It holds no tensors: it keeps the model loaded in its silo's engine.</summary>
[Alias("mlops.IModelReplicaGrain")]
public interface IModelReplicaGrain : IGrainWithStringKey
{
    /// <summary>Loads the model into this silo's engine and warms it up.</summary>
    [Alias("load")]
    Task LoadAsync(VariantState variant);

    [Alias("unload")]
    Task UnloadAsync();

    /// <summary>Runs one encoded inference request; both sides use the codec of MLOps.Inference.</summary>
    [Alias("infer")]
    Task<TensorMessage> InferAsync(TensorMessage request);
}

/// <summary>Tensors as bytes: a <c>float[]</c> in a remote Orleans call is two to three times slower.</summary>
[GenerateSerializer, Immutable, Alias("mlops.TensorMessage")]
public sealed class TensorMessage(byte[] payload)
{
    [Id(0)]
    public byte[] Payload { get; } = payload;
}
