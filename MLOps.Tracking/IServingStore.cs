using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Serving;

namespace MLOps.Tracking;

/// <summary>What serving remembers: the endpoints' history, requests by their id, and the outcomes that came back for them.
/// Same durability promise as <see cref="ITrackingStore"/>; one call is one transaction.</summary>
public interface IServingStore
{
    /// <summary>Adds lines to an endpoint's history; a line that is there already is left alone.</summary>
    Task AppendEventsAsync(string endpoint, IReadOnlyList<EndpointEvent> events, CancellationToken cancellationToken = default);

    /// <summary>Lines, newest first.</summary>
    /// <exception cref="MLOpsException">InvalidArgument: not a page token of ours.</exception>
    Task<Page<EndpointEvent>> GetEventsAsync(string endpoint, int max, string? pageToken, CancellationToken cancellationToken = default);

    /// <summary>Remembers requests, and counts the units of running tests. An id used again means the later request, which is another unit where the request is the unit.</summary>
    Task RecordRequestsAsync(IReadOnlyList<RecordedRequest> requests, CancellationToken cancellationToken = default);

    /// <summary>Requests with their outcomes, newest first, without payloads.</summary>
    /// <exception cref="MLOpsException">InvalidArgument: not a page token of ours.</exception>
    Task<Page<RequestRecord>> GetRequestsAsync(string endpoint, int max, string? pageToken, CancellationToken cancellationToken = default);

    /// <summary>One request with its payloads and outcomes; null: not kept.</summary>
    Task<RequestRecord?> GetRequestAsync(string endpoint, string requestId, CancellationToken cancellationToken = default);

    /// <summary>Attaches outcomes to requests and adds them to the sums of the tests that the requests were part of.
    /// The same outcome again changes nothing.</summary>
    Task<FeedbackResult> RecordOutcomesAsync(string endpoint, IReadOnlyList<Outcome> outcomes, CancellationToken cancellationToken = default);

    /// <summary>Outcomes of a test by variant and metric, and under the metric "" its units.</summary>
    Task<IReadOnlyList<OutcomeSum>> GetSumsAsync(string endpoint, long trial, CancellationToken cancellationToken = default);

    /// <summary>Whether a test has as many callers and sequences as are known again: those who come now are not part of it.</summary>
    Task<bool> IsFullAsync(string endpoint, long trial, CancellationToken cancellationToken = default);

    /// <summary>Removes the oldest requests with their outcomes: all but <paramref name="keep"/>, and those before <paramref name="before"/> (Unix ms). Sums stay.</summary>
    Task PruneAsync(string endpoint, long keep, long before, CancellationToken cancellationToken = default);

    /// <summary>Forgets tests other than the running one.</summary>
    Task ForgetTrialsAsync(string endpoint, long exceptTrial, CancellationToken cancellationToken = default);

    /// <summary>The endpoints of which there are requests, outcomes or tests.</summary>
    Task<IReadOnlyList<string>> ListEndpointsAsync(CancellationToken cancellationToken = default);

    /// <summary>Forgets requests, outcomes and tests of an endpoint that is gone. Its history stays.</summary>
    Task ForgetAsync(string endpoint, CancellationToken cancellationToken = default);
}
