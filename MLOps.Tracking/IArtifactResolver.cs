using MLOps.Contracts.Problems;

namespace MLOps.Tracking;

/// <summary>Finds the store behind a run's artifact URI or a version's source. The one place that decides which locations this server reads and writes.</summary>
public interface IArtifactResolver
{
    /// <param name="uri"><c>mlflow-artifacts:/path</c>, <c>s3://bucket/key</c>, <c>file:///path</c> or an absolute path.</param>
    /// <exception cref="MLOpsException">InvalidArgument: a location of another kind, one that climbs, or one outside what the operator named.</exception>
    ArtifactLocation Resolve(string uri);
}
