using MLOps.Contracts.Models;

namespace MLOps.Gateway.Models;

/// <summary>A version that is or was in a stage or behind an alias.</summary>
/// <param name="Since">Unix ms; null when a program other than this platform moved it.</param>
/// <param name="Deleted">Whether the version does not exist any more.</param>
internal sealed record HoldingItem(int Version, long? Since, string? By, string? Comment, string? Source, string? RunId, bool Deleted)
{
    public static HoldingItem Of(RegistryHolding holding) => new(
        holding.Version,
        holding.Since,
        holding.By,
        holding.Comment,
        holding.Current?.Location,
        holding.Current?.RunId,
        holding.Current is null);
}

/// <summary>What is or was in a stage.</summary>
/// <param name="At">The moment that was asked for, Unix ms; null: now.</param>
/// <param name="Versions">Newest version first; empty when there was none.</param>
internal sealed record StageHolders(string Name, string Stage, long? At, IReadOnlyList<HoldingItem> Versions);

/// <summary>What an alias points or pointed to.</summary>
/// <param name="At">The moment that was asked for, Unix ms; null: now.</param>
/// <param name="Version">Null when the alias did not exist.</param>
internal sealed record AliasHolder(string Name, string Alias, long? At, HoldingItem? Version);
