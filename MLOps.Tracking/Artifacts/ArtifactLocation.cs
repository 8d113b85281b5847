namespace MLOps.Tracking;

/// <summary>A directory in a store.</summary>
/// <param name="Path">Relative to the store's root; empty: the root itself.</param>
public sealed record ArtifactLocation(IArtifactStore Store, string Path)
{
    /// <summary>The store's path of what lies at a path below this location.</summary>
    public string Combine(string path) => Path.Length == 0 ? path : path.Length == 0 ? Path : $"{Path}/{path}";

    /// <summary>A path that the store gave, relative to this location.</summary>
    public string Relative(string storePath) => Path.Length == 0 ? storePath : storePath[(Path.Length + 1)..];
}
