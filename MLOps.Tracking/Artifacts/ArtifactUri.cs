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

    /// <summary>What lies below a location: <c>s3://b/p?x=y</c> and <c>run</c> give <c>s3://b/p/run?x=y</c>. In a path on a disk a <c>?</c> is a character like any other.</summary>
    public static string Append(string location, string path)
    {
        var end = LocalPath.Scheme(location) is null ? -1 : location.AsSpan().IndexOfAny('?', '#');
        return end < 0 ? $"{location.TrimEnd('/')}/{path}" : $"{location[..end].TrimEnd('/')}/{path}{location[end..]}";
    }

    /// <summary>A location without its query, which says nothing of the place. One that has a slash stays: such a location may have been written
    /// when paths were put behind the query, and cut there it would name a folder that many runs share.</summary>
    internal static string WithoutQuery(string location) =>
        location.IndexOf('?', StringComparison.Ordinal) is var query and >= 0 && !location.AsSpan(query).Contains('/') ? location[..query] : location;

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
