namespace MLOps.Models.Classical.RiskParity;

/// <summary>How far two clusters are from each other.</summary>
public enum Linkage
{
    /// <summary>Their nearest members: single linkage.</summary>
    Nearest = 0,

    /// <summary>Their farthest members: complete linkage.</summary>
    Farthest,

    /// <summary>The mean over all pairs of members: average linkage.</summary>
    Mean,

    /// <summary>The increase of the sum of squares (for Euclidean distances).</summary>
    Ward,
}
