namespace MLOps.Models.Classical.RiskParity;

/// <summary>How far two assets of correlation ρ are from each other.</summary>
public enum AssetDistance
{
    /// <summary>√((1−ρ)/2).</summary>
    Correlation = 0,

    /// <summary>Euclidean distance between two columns of the matrix of √((1−ρ)/2): how differently the two assets relate to all others, as in the paper.</summary>
    Columns,
}
