namespace MLOps.Models.Catalog;

/// <summary>What a model makes of rows that follow each other, and so whether cross-validation may take some out in between.</summary>
public sealed record RowContinuity
{
    private RowContinuity(RowUse use, string? reason) => (Use, Reason) = (use, reason);

    public RowUse Use { get; }

    /// <summary>Why the rows must be unbroken, to follow "for" in a sentence; null: they need not.</summary>
    public string? Reason { get; }

    /// <summary>It makes returns, windows and labels of rows that follow each other, and makes none over a gap.</summary>
    public static RowContinuity Pieces { get; } = new(RowUse.Pieces, null);

    /// <summary>Each row stands by itself: any of them in any order will do.</summary>
    public static RowContinuity Independent { get; } = new(RowUse.Independent, null);

    /// <summary>A state, or a window, runs through all rows.</summary>
    public static RowContinuity Unbroken(string reason) => new(RowUse.Unbroken, reason);
}
