using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Issues;

namespace MLOps.Tracking;

/// <summary>Issues that were found in traces. Every write is durable when its task completes.</summary>
/// <exception cref="MLOpsException">NotFound, InvalidArgument, Rejected, or Unavailable when the store does not answer.</exception>
public interface IIssueStore
{
    /// <summary>The experiment must be there and not deleted.</summary>
    Task<Issue> CreateIssueAsync(CreateIssue command, CancellationToken cancellationToken = default);

    Task<Issue> GetIssueAsync(string issueId, CancellationToken cancellationToken = default);

    Task<Issue> UpdateIssueAsync(string issueId, UpdateIssue command, CancellationToken cancellationToken = default);

    /// <summary>The gravest first, then those with the most traces where they are counted, then the newest.</summary>
    Task<Page<Issue>> SearchIssuesAsync(SearchIssues query, CancellationToken cancellationToken = default);
}
