namespace MLOps.Client.Models;

/// <summary>What a line of a model's history is about.</summary>
public enum ModelChangeKind
{
    /// <summary>A version moved from a stage to a stage.</summary>
    Stage = 0,

    /// <summary>An alias moved from a version to a version.</summary>
    Alias,

    /// <summary>The model got another name.</summary>
    Rename,

    /// <summary>The model was deleted.</summary>
    Delete,
}
