namespace MLOps.Models.Classical.RiskParity;

/// <summary>One step of an agglomerative clustering of n items: the clusters joined (0..n−1 are the items, n+k is what the k-th merge made; the smaller number first), at what distance, and how many items they have together.</summary>
public sealed record Merge(int First, int Second, double Distance, int Count);
