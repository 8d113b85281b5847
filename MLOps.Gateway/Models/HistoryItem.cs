using MLOps.Contracts.Models;

namespace MLOps.Gateway.Models;

/// <summary>One line of the registry's history on the wire.</summary>
/// <param name="Kind">stage, alias, rename or delete.</param>
/// <param name="Name">The model's name after the change.</param>
/// <param name="At">Unix ms.</param>
internal sealed record HistoryItem(string Kind, string Name, int? Version, string? Alias, string? From, string? To, string By, long At, string? Comment)
{
    public static HistoryItem Of(RegistryChange change) => new(
        change.Kind switch
        {
            RegistryChangeKind.Stage => "stage",
            RegistryChangeKind.Alias => "alias",
            RegistryChangeKind.Rename => "rename",
            _ => "delete",
        },
        change.Name,
        change.Version,
        change.Alias,
        change.From,
        change.To,
        change.By,
        change.At,
        change.Comment);
}

/// <summary>A page of the history, newest first.</summary>
internal sealed record HistoryList(IReadOnlyList<HistoryItem> History, string? NextPageToken);
