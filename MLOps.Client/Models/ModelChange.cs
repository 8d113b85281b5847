namespace MLOps.Client.Models;

/// <summary>One line of a model's append-only history.</summary>
public sealed record ModelChange
{
    public ModelChangeKind Kind { get; init; }

    /// <summary>The version that moved or that the alias points to; null for the model itself.</summary>
    public int? Version { get; init; }

    /// <summary>Of an alias move; else null.</summary>
    public string? Alias { get; init; }

    /// <summary>Stage, version number or name before; null: there was none.</summary>
    public string? From { get; init; }

    /// <summary>Stage (<c>Deleted</c> for a deleted version), version number or name after; null: there is none any more.</summary>
    public string? To { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>Who asked: <c>anonymous</c> or <c>mlflow-client</c> when nobody said.</summary>
    public string? By { get; init; }

    public string? Comment { get; init; }
}
