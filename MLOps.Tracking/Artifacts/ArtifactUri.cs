using MLOps.Contracts.Problems;

namespace MLOps.Tracking;

/// <summary><c>mlflow-artifacts:/</c> URIs and the store paths they stand for.</summary>
public static class ArtifactUri
{
    public const string Scheme = "mlflow-artifacts:";
    private const string ProxyRoute = "/api/2.0/mlflow-artifacts/artifacts";

    /// <summary><c>mlflow-artifacts:/1/abc/artifacts/model</c> → <c>1/abc/artifacts/model</c>. A host, as in <c>mlflow-artifacts://host:5000/1</c>, names this server and is left out.</summary>
    /// <exception cref="MLOpsException">InvalidArgument: another scheme, or a path that leaves the root.</exception>
    public static string ToStorePath(string uri) => ProxiedPath(uri) is { } path
        ? ArtifactPath.Check(path)
        : throw new MLOpsException(ProblemCode.InvalidArgument, $"'{uri}' is not served by this artifact store: expected a URI that starts with {Scheme}/");

    public static string FromStorePath(string path) => $"{Scheme}/{path}";

    /// <summary>The path of a proxied location, in either of the forms that MLflow's clients write.</summary>
    /// <returns>Not checked yet; null: the location is not a proxied one.</returns>
    internal static string? ProxiedPath(string uri)
    {
        if (uri.StartsWith(Scheme + "//", StringComparison.Ordinal))
        {
            var path = uri.IndexOf('/', Scheme.Length + 2);
            return path < 0 ? string.Empty : uri[path..].TrimStart('/');
        }

        if (uri == Scheme || uri.StartsWith(Scheme + "/", StringComparison.Ordinal))
        {
            return uri[Scheme.Length..].TrimStart('/');
        }

        var route = uri.IndexOf(ProxyRoute, StringComparison.Ordinal);
        if (route <= 0 || !(uri.StartsWith("http://", StringComparison.Ordinal) || uri.StartsWith("https://", StringComparison.Ordinal)))
        {
            return null;
        }

        var rest = uri[(route + ProxyRoute.Length)..];
        return rest.Length == 0 || rest[0] == '/' ? rest.TrimStart('/') : null;
    }
}
