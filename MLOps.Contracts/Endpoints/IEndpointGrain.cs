using Orleans.CodeGeneration;
using Orleans.Concurrency;

namespace MLOps.Contracts.Endpoints;

/// <summary>Owns one serving endpoint (key: its name): its variants and what they resolve to.</summary>
[Alias("mlops.IEndpointGrain"), Version(2)]
public interface IEndpointGrain : IGrainWithStringKey
{
    /// <summary>Creates or changes the endpoint: resolves the versions, loads them on replicas, then switches.
    /// If a version cannot be loaded the endpoint keeps serving what it had.</summary>
    /// <param name="spec">All of it: what it does not say is not there afterwards.</param>
    /// <param name="by">Who asked, for the history.</param>
    /// <param name="running">What becomes of a canary that runs.</param>
    /// <exception cref="Problems.MLOpsException">NotFound: no such model or version. InvalidArgument: a bad spec or a model that cannot be loaded.
    /// InvalidState: a canary runs, or has ended, against <paramref name="running"/>.</exception>
    [Alias("deploy"), ResponseTimeout(Patience)]
    Task<EndpointSnapshot> DeployAsync(EndpointSpec spec, string by = EndpointEvent.Platform, RunningCanary running = RunningCanary.End);

    /// <summary>What is served now, also while a deployment is under way.</summary>
    /// <exception cref="Problems.MLOpsException">NotFound: no such endpoint.</exception>
    [Alias("get"), AlwaysInterleave]
    Task<EndpointSnapshot> GetAsync();

    /// <exception cref="Problems.MLOpsException">NotFound: no such endpoint.</exception>
    [Alias("undeploy")]
    Task UndeployAsync(string by = EndpointEvent.Platform);

    /// <summary>Resolves stages and aliases again (a promotion happened) and rolls to the new versions.
    /// A version that cannot be loaded, or not at the moment, leaves the old one serving and says why in the status message.</summary>
    /// <exception cref="Problems.MLOpsException">NotFound: no such endpoint.</exception>
    [Alias("refresh"), ResponseTimeout(Patience)]
    Task<EndpointSnapshot> RefreshAsync();

    /// <summary>Resolves and loads the endpoint's versions, whether they were unloaded or only may have changed.</summary>
    /// <exception cref="Problems.MLOpsException">NotFound: no such endpoint, model or version. InvalidArgument: a model that cannot be loaded.</exception>
    [Alias("load"), ResponseTimeout(Patience)]
    Task<EndpointSnapshot> LoadAsync();

    /// <summary>Takes the endpoint's models out of memory and keeps what it should be. A promotion does not bring it back: loading or deploying it does.</summary>
    /// <exception cref="Problems.MLOpsException">NotFound: no such endpoint.</exception>
    [Alias("unload")]
    Task<EndpointSnapshot> UnloadAsync();

    /// <summary>The model was renamed: variants bound to its old name, in whatever way, are bound to the new one. Nothing is loaded again, but a load that is under way comes first.</summary>
    /// <exception cref="Problems.MLOpsException">NotFound: no such endpoint.</exception>
    [Alias("rebind"), ResponseTimeout(Patience)]
    Task<EndpointSnapshot> RebindAsync(string oldName, string newName);

    /// <summary>Pushes every later change to the observer until it has not subscribed again for <see cref="EndpointObservers.Expiration"/>.</summary>
    /// <returns>The endpoint as it is now.</returns>
    /// <exception cref="Problems.MLOpsException">NotFound: no such endpoint.</exception>
    [Alias("subscribe"), AlwaysInterleave]
    Task<EndpointSnapshot> SubscribeAsync(IEndpointObserver observer);

    /// <summary>Adds what a gateway has counted, and acts on it: a canary that breaks a rule is rolled back before this returns.</summary>
    /// <exception cref="Problems.MLOpsException">NotFound: no such endpoint.</exception>
    [Alias("report")]
    Task ReportAsync(EndpointReport report);

    /// <summary>Looks at the clock and at feedback: moves the canary on, judges the A/B test.</summary>
    [Alias("advance")]
    Task AdvanceAsync();

    /// <summary>Clears up: requests that are too old, tests that are over, replicas that a crash left behind, and everything of an endpoint that is gone.</summary>
    [Alias("tidy")]
    Task TidyAsync();

    /// <summary>Ends the running canary by a person's decision.</summary>
    /// <exception cref="Problems.MLOpsException">NotFound: no such endpoint. InvalidState: no canary runs.</exception>
    [Alias("command-canary")]
    Task<EndpointSnapshot> CommandCanaryAsync(CanaryCommand command, string by);

    /// <summary>What all gateways have seen, and what follows from it.</summary>
    /// <exception cref="Problems.MLOpsException">NotFound: no such endpoint.</exception>
    [Alias("inspect"), AlwaysInterleave]
    Task<EndpointInsight> InspectAsync();

    /// <summary>How long callers wait for models to be fetched, loaded and warmed up; Orleans' own 30 s would tell of a failure where there is none.
    /// A model that has changed waits so long, too, to learn what its endpoints made of it; whoever changed it is answered after a few seconds (<see cref="Models.IRegisteredModelGrain"/>).</summary>
    const string Patience = "00:10:00";
}
