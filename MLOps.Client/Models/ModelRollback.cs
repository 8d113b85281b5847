namespace MLOps.Client.Models;

/// <summary>What a rollback did.</summary>
public sealed record ModelRollback
{
    /// <summary>The version that is in Production again.</summary>
    public required ModelVersion Restored { get; init; }

    /// <summary>The versions that were in Production until then.</summary>
    public IReadOnlyList<ModelVersion> Archived { get; init; } = [];
}
