using MLOps.Contracts.Problems;
using MLOps.Tracking.Artifacts.S3;

namespace MLOps.Tracking.Artifacts;

/// <summary>The destination of <c>mlflow-artifacts:/</c>, S3 by its buckets, and the local folders that the operator named.</summary>
internal sealed class ArtifactResolver : IArtifactResolver
{
    private readonly S3Client _s3;
    private readonly List<(string Root, LocalArtifactStore Store)> _folders = [];
    private readonly List<S3Address> _prefixes = [];
    private readonly (string Root, Lazy<LocalArtifactStore> Store)? _first;

    /// <param name="firstRoot">The root that the database was made with (<see cref="FirstRoot"/>); null: none.</param>
    /// <param name="upstream">The store of the MLflow server behind this one; null: there is none.</param>
    public ArtifactResolver(TrackingOptions options, S3Client s3, IArtifactStore? upstream, TimeProvider clock, string? firstRoot = null)
    {
        _s3 = s3;
        foreach (var root in options.LocalRoots)
        {
            _folders.Add((root, new LocalArtifactStore(root, clock)));
        }

        if (firstRoot is not null && FirstFolder(firstRoot) is { } first)
        {
            // Opened when something in it is asked for: the database may come from another machine, where the folder was.
            _first = (first, new Lazy<LocalArtifactStore>(() => new LocalArtifactStore(first, clock), LazyThreadSafetyMode.PublicationOnly));
        }

        _prefixes.AddRange(options.AllowedArtifactRoots.Where(S3Address.Is).Select(S3Address.Parse));
        if (_prefixes.Count > 0)
        {
            // What the server was told to keep artifacts in is allowed without being told twice.
            _prefixes.AddRange(new[] { options.Destination, options.ArtifactLocation }.Where(S3Address.Is).Select(S3Address.Parse));
        }

        Destination = upstream ?? (S3Address.Is(options.Destination)
            ? s3.Store(S3Address.Parse(options.Destination))
            : _folders.Find(folder => folder.Root == LocalPath.Full(options.Destination)).Store);
    }

    /// <summary>What <c>mlflow-artifacts:/</c> stands for.</summary>
    public IArtifactStore Destination { get; }

    public ArtifactLocation Resolve(string uri) => ArtifactUri.ProxiedPath(ArtifactUri.WithoutQuery(uri)) is { } path
        ? new ArtifactLocation(Destination, ArtifactPath.Check(path))
        : Open(uri);

    private ArtifactLocation Open(string uri)
    {
        if (S3Address.Is(uri))
        {
            var address = S3Address.Parse(uri);
            return _prefixes.Count == 0 || _prefixes.Exists(prefix => prefix.Holds(address))
                ? new ArtifactLocation(_s3.Store(address with { Key = string.Empty }), address.Key)
                : throw NotServed(uri);
        }

        if (uri.Length == 0 || !LocalPath.Is(uri))
        {
            throw NotServed(uri);
        }

        var full = LocalPath.Full(uri);
        foreach (var (root, store) in _folders)
        {
            if (LocalPath.Below(root, full) is { } path)
            {
                return new ArtifactLocation(store, ArtifactPath.Check(path));
            }
        }

        return _first is { } first && LocalPath.Below(first.Root, full) is { } below
            ? new ArtifactLocation(First(first.Store, uri), ArtifactPath.Check(below))
            : throw NotServed(uri);
    }

    /// <returns>Null: no folder of this machine, a relative path, which counts from a folder of long ago, or the whole disk.</returns>
    private static string? FirstFolder(string root)
    {
        if (LocalPath.Scheme(root) != "file" && !Path.IsPathFullyQualified(root))
        {
            return null;
        }

        try
        {
            var full = LocalPath.Full(root);
            return full == Path.GetPathRoot(full) ? null : full;
        }
        catch (MLOpsException)
        {
            return null;
        }
    }

    private static LocalArtifactStore First(Lazy<LocalArtifactStore> store, string uri)
    {
        try
        {
            return store.Value;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MLOpsException(ProblemCode.Unavailable, $"'{uri}' cannot be reached: {exception.Message}", exception);
        }
    }

    private static MLOpsException NotServed(string uri) => new(
        ProblemCode.InvalidArgument,
        $"'{uri}' is not served by this server: expected {ArtifactUri.Scheme}/, s3://bucket/key, or a place below the folders that its operator named (--default-artifact-root, --artifacts-destination, MLOps:Tracking:AllowedArtifactRoots)");
}
