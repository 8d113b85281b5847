using MLOps.Contracts.Problems;

namespace MLOps.Tracking;

/// <summary>Locations on this machine's disk: paths and <c>file:</c> URIs.</summary>
public static class LocalPath
{
    /// <summary>Whether a location is one on a disk, by its form: without a scheme, or <c>file:</c>.</summary>
    public static bool Is(string location) => Scheme(location) is null or "file";

    /// <summary>The absolute path, without dots, that a location names; a relative one counts from the current directory.</summary>
    /// <exception cref="MLOpsException">InvalidArgument: not on this machine, or not a path.</exception>
    public static string Full(string location)
    {
        var path = location;
        if (Scheme(location) == "file")
        {
            if (!Uri.TryCreate(location, UriKind.Absolute, out var uri) || uri.Fragment.Length > 0 || uri.Query.Length > 0)
            {
                throw Invalid(location);
            }

            if (!string.IsNullOrEmpty(uri.Host) && uri.Host != "localhost")
            {
                throw new MLOpsException(ProblemCode.InvalidArgument, $"{location} is not a valid remote uri: expected file:///path");
            }

            path = Uri.UnescapeDataString(uri.AbsolutePath);
        }

        return path.Length == 0 || path.Any(char.IsControl) ? throw Invalid(location) : Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
    }

    /// <summary>The form in which a location is kept: a relative path becomes absolute, everything else stays.</summary>
    public static string Absolute(string location) => Scheme(location) is null ? Full(location) : location;

    /// <returns>The path of a file or folder relative to a folder that holds it, <c>/</c>-separated, empty for the folder itself; null: it lies elsewhere.</returns>
    public static string? Below(string root, string path) =>
        path == root ? string.Empty
        : path.StartsWith(root.EndsWith(Path.DirectorySeparatorChar) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/')
            : null;

    /// <returns>In lower case; null: none. One letter is a drive, not a scheme.</returns>
    public static string? Scheme(string location)
    {
        var colon = location.IndexOf(':', StringComparison.Ordinal);
        return colon > 1 && location[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.') ? location[..colon].ToLowerInvariant() : null;
    }

    private static MLOpsException Invalid(string location) => new(ProblemCode.InvalidArgument, $"'{location}' is no path on this machine: expected an absolute path or file:///path");
}
