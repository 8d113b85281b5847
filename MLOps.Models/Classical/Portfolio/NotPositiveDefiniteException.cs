namespace MLOps.Models.Classical.Portfolio;

/// <summary>The covariance matrix is singular: fewer observations than assets, or one asset a combination of others.</summary>
public sealed class NotPositiveDefiniteException()
    : Exception("The covariance matrix is not positive definite: there are fewer observations than assets, or one asset is a combination of others. Give more history, remove the asset, or use a shrunk covariance.");
