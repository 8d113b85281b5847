using MLOps.Contracts.Problems;

namespace MLOps.Tracking;

/// <summary><c>mlflow-artifacts:/</c> URIs and the store paths they stand for.</summary>
public static class ArtifactUri
{
    public const string Scheme = "mlflow-artifacts:";

    /// <summary><c>mlflow-artifacts:/1/abc/artifacts/model</c> → <c>1/abc/artifacts/model</c>.</summary>
    /// <exception cref="MLOpsException">InvalidArgument: another scheme, or a path that leaves the root.</exception>
    public static string ToStorePath(string uri)
    {
        if (!uri.StartsWith(Scheme + "/", StringComparison.Ordinal))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"'{uri}' is not served by this artifact store: expected a URI that starts with {Scheme}/");
        }

        return ArtifactPath.Check(uri[Scheme.Length..].TrimStart('/'));
    }

    public static string FromStorePath(string path) => $"{Scheme}/{path}";
}
