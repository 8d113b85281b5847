namespace MLOps.Contracts.Models;

/// <summary>What a line of the registry's history is about. Stored and shown in lower case.</summary>
public enum RegistryChangeKind
{
    /// <summary>A version moved from a stage to a stage; <c>Deleted</c> when it was deleted.</summary>
    Stage = 0,

    /// <summary>An alias moved from a version to a version; null: it did not exist before, or does not any more.</summary>
    Alias,

    /// <summary>The model got another name.</summary>
    Rename,

    /// <summary>The model was deleted.</summary>
    Delete,
}

/// <summary>Who asks for a change of the registry, and why.</summary>
/// <param name="By">Who, 1 to 256 characters.</param>
/// <param name="Comment">Why; null: not said.</param>
[GenerateSerializer, Immutable, Alias("mlops.ChangeNote")]
public sealed record ChangeNote([property: Id(0)] string By, [property: Id(1)] string? Comment)
{
    /// <summary>Who is written when nobody said who asks.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>Nobody said who or why.</summary>
    public static ChangeNote None { get; } = new(Anonymous, null);
}

/// <summary>One line of the registry's append-only history.</summary>
/// <param name="Id">Grows with every line.</param>
/// <param name="Name">The model's name after the change.</param>
/// <param name="Version">The version that moved or that the alias points to (last pointed to, when deleted); null for a rename and a deletion of the model.</param>
/// <param name="Alias">Of an alias move; else null.</param>
/// <param name="From">Stage, version number or name before.</param>
/// <param name="To">Stage, version number or name after.</param>
/// <param name="At">Unix ms; never before the model's previous line.</param>
[GenerateSerializer, Immutable, Alias("mlops.RegistryChange")]
public sealed record RegistryChange(
    [property: Id(0)] long Id,
    [property: Id(1)] RegistryChangeKind Kind,
    [property: Id(2)] string Name,
    [property: Id(3)] int? Version,
    [property: Id(4)] string? Alias,
    [property: Id(5)] string? From,
    [property: Id(6)] string? To,
    [property: Id(7)] long At,
    [property: Id(8)] string By,
    [property: Id(9)] string? Comment)
{
    /// <summary>The stage that a deleted version is in, in the history only.</summary>
    public const string DeletedStage = "Deleted";
}

/// <summary>A version that is or was in a stage or behind an alias.</summary>
/// <param name="Since">Unix ms; null when a program other than this platform moved it, which the history does not know.</param>
/// <param name="Current">The version as it is now; null when it has been deleted since.</param>
[GenerateSerializer, Immutable, Alias("mlops.RegistryHolding")]
public sealed record RegistryHolding(
    [property: Id(0)] int Version,
    [property: Id(1)] long? Since,
    [property: Id(2)] string? By,
    [property: Id(3)] string? Comment,
    [property: Id(4)] ModelVersion? Current);

/// <summary>What a rollback did.</summary>
/// <param name="Restored">The version that is in Production again.</param>
/// <param name="Archived">The versions that were in Production, newest promotion first.</param>
[GenerateSerializer, Immutable, Alias("mlops.Rollback")]
public sealed record Rollback(
    [property: Id(0)] ModelVersion Restored,
    [property: Id(1)] IReadOnlyList<ModelVersion> Archived);
