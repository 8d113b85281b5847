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

    /// <summary>What is served now, also while a deployment is under way.</summary>
    /// <exception cref="Problems.MLOpsException">NotFound: no such endpoint.</exception>
    [Alias("get"), AlwaysInterleave]
    Task<EndpointSnapshot> GetAsync();

    /// <exception cref="Problems.MLOpsException">NotFound: no such endpoint.</exception>
    [Alias("undeploy")]
    Task UndeployAsync();

    /// <summary>Resolves stages and aliases again (a promotion happened) and rolls to the new versions.
    /// A version that cannot be loaded leaves the old one serving and says why in the status message.</summary>
    [Alias("refresh")]
    Task<EndpointSnapshot> RefreshAsync();

    /// <summary>Resolves and loads the endpoint's versions, whether they were unloaded or only may have changed.</summary>
    /// <exception cref="Problems.MLOpsException">NotFound: no such endpoint, model or version. InvalidArgument: a model that cannot be loaded.</exception>
    [Alias("load")]
    Task<EndpointSnapshot> LoadAsync();

    /// <summary>Takes the endpoint's models out of memory and keeps what it should be. A promotion does not bring it back: loading or deploying it does.</summary>
    /// <exception cref="Problems.MLOpsException">NotFound: no such endpoint.</exception>
    [Alias("unload")]
    Task<EndpointSnapshot> UnloadAsync();

    /// <summary>The model was renamed: variants bound to its old name, in whatever way, are bound to the new one. Nothing is loaded again.</summary>
    /// <exception cref="Problems.MLOpsException">NotFound: no such endpoint.</exception>
    [Alias("rebind")]
    Task<EndpointSnapshot> RebindAsync(string oldName, string newName);

    /// <summary>Pushes every later change to the observer until it has not subscribed again for <see cref="EndpointObservers.Expiration"/>.</summary>
    /// <returns>The endpoint as it is now.</returns>
    /// <exception cref="Problems.MLOpsException">NotFound: no such endpoint.</exception>
    [Alias("subscribe"), AlwaysInterleave]
    Task<EndpointSnapshot> SubscribeAsync(IEndpointObserver observer);
}
