namespace MLOps.Models.Catalog;

/// <summary>How rows belong together for a model.</summary>
public enum RowUse
{
    /// <summary>As one series without a gap.</summary>
    Unbroken = 0,

    /// <summary>Within each piece of rows, and not over a gap between two.</summary>
    Pieces,

    /// <summary>Not at all: each stands by itself.</summary>
    Independent,
}
