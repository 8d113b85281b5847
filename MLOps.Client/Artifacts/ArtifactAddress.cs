using MLOps.Client.Http;

namespace MLOps.Client.Artifacts;

/// <summary>Where an <c>mlflow-artifacts:</c> address lies behind the server's proxy.</summary>
internal static class ArtifactAddress
{
    public const string Proxy = "api/2.0/mlflow-artifacts/artifacts";
    private const string Scheme = "mlflow-artifacts:";

    /// <summary>The path inside the proxy, unescaped, without slashes at its ends.</summary>
    /// <param name="owner">Whose files they are, for the message.</param>
    /// <exception cref="NotSupportedException">The files are in a store of their own.</exception>
    public static string Root(string? uri, string owner)
    {
        if (uri is null || !uri.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            throw new NotSupportedException(
                $"Artifacts of {owner} are at '{uri}': expected an {Scheme}/… address, which the gateway serves. Use that store's own client.");
        }

        var root = uri[Scheme.Length..];
        if (root.StartsWith("//", StringComparison.Ordinal))
        {
            // mlflow-artifacts://host:port/path names the server too; the path is what counts.
            var slash = root.IndexOf('/', 2);
            root = slash < 0 ? "" : root[slash..];
        }

        return root.Trim('/');
    }

    /// <summary>The route of one file.</summary>
    public static string Route(string root, string path) => $"{Proxy}/{QueryPath.Segments(Join(root, path))}";

    public static string Join(string root, string path) => (root.Length, path.Trim('/')) switch
    {
        (0, var inside) => inside,
        (_, "") => root,
        (_, var inside) => $"{root}/{inside}",
    };
}
