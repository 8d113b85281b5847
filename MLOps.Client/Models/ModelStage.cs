namespace MLOps.Client.Models;

/// <summary>Where a version is in its life.</summary>
public enum ModelStage
{
    /// <summary>Just registered.</summary>
    None = 0,

    /// <summary>Under test.</summary>
    Staging,

    /// <summary>Serves live traffic.</summary>
    Production,

    /// <summary>No longer used.</summary>
    Archived,
}
