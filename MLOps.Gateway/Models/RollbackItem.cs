using MLOps.Contracts.Models;

namespace MLOps.Gateway.Models;

/// <param name="Comment">Why; null: not said.</param>
internal sealed record NewRollback(string? Comment);

/// <summary>What a rollback did.</summary>
/// <param name="Restored">In Production again.</param>
/// <param name="Archived">Was in Production until now.</param>
internal sealed record RollbackItem(VersionItem Restored, IReadOnlyList<VersionItem> Archived)
{
    public static RollbackItem Of(Rollback rollback) => new(VersionItem.Of(rollback.Restored), [.. rollback.Archived.Select(VersionItem.Of)]);
}
