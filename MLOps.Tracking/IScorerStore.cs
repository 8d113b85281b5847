using MLOps.Contracts.Problems;
using MLOps.Tracking.Scorers;

namespace MLOps.Tracking;

/// <summary>Scorers of experiments and their versions. The experiment must be there and not deleted. Every write is durable when its task completes.</summary>
/// <exception cref="MLOpsException">NotFound, InvalidArgument, Rejected, or Unavailable when the store does not answer.</exception>
public interface IScorerStore
{
    /// <summary>Makes the next version, the first one of a new name.</summary>
    Task<ScorerVersion> RegisterAsync(string experimentId, string name, string serialized, CancellationToken cancellationToken = default);

    /// <summary>The newest version of each, by name.</summary>
    Task<IReadOnlyList<ScorerVersion>> ListAsync(string experimentId, CancellationToken cancellationToken = default);

    /// <summary>All versions, the oldest first.</summary>
    Task<IReadOnlyList<ScorerVersion>> ListVersionsAsync(string experimentId, string name, CancellationToken cancellationToken = default);

    /// <param name="version">Null: the newest.</param>
    Task<ScorerVersion> GetAsync(string experimentId, string name, int? version, CancellationToken cancellationToken = default);

    /// <param name="version">Null: all of them, and the scorer.</param>
    Task DeleteAsync(string experimentId, string name, int? version, CancellationToken cancellationToken = default);

    Task<IReadOnlyList<OnlineScoring>> GetOnlineScoringAsync(IReadOnlyList<string> scorerIds, CancellationToken cancellationToken = default);

    /// <summary>A rate above 0 needs a scorer whose model is an endpoint of the gateway.</summary>
    Task<OnlineScoring> SetOnlineScoringAsync(string experimentId, string name, double sampleRate, string? filter, CancellationToken cancellationToken = default);
}
