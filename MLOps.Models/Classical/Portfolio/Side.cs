namespace MLOps.Models.Classical.Portfolio;

/// <summary>Where a coordinate is within its bounds.</summary>
internal enum Side
{
    Free = 0,
    Lower,
    Upper,
}
