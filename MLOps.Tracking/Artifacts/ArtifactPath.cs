using MLOps.Contracts.Problems;

namespace MLOps.Tracking;

/// <summary>The one check of artifact paths, put before every front end and every store.</summary>
public static class ArtifactPath
{
    private const int MaxDecodings = 10;

    /// <summary>Returns the path as relative, <c>/</c>-separated segments. A control character in it is written out (<c>%0a</c>), as MLflow does:
    /// S3 servers cannot list such a name, and Windows has no such file.</summary>
    /// <exception cref="MLOpsException">InvalidArgument "Invalid path": it leaves the root, is absolute, holds a NUL, or hides such a path by encoding.</exception>
    public static string Check(string path)
    {
        var decoded = path;
        for (var i = 0; ; i++)
        {
            var next = Uri.UnescapeDataString(decoded);
            if (i == MaxDecodings || next.Contains('\0', StringComparison.Ordinal))
            {
                throw Invalid();
            }

            next = StripControls(next);
            if (next == decoded)
            {
                break;
            }

            decoded = next;
        }

        if (decoded.Contains('#', StringComparison.Ordinal)
            || decoded.StartsWith('/')
            || decoded.StartsWith(@"\\", StringComparison.Ordinal)
            || decoded.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
            || (decoded.Length >= 2 && char.IsAsciiLetter(decoded[0]) && decoded[1] == ':')
            || decoded.Split('/', '\\').Contains(".."))
        {
            throw Invalid();
        }

        return WriteOutControls(string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(s => s != ".")));
    }

    private static string StripControls(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Where(c => !char.IsControl(c))) : text;

    private static string WriteOutControls(string path) =>
        path.Any(IsAsciiControl) ? string.Concat(path.Select(c => IsAsciiControl(c) ? $"%{(int)c:x2}" : c.ToString())) : path;

    private static bool IsAsciiControl(char c) => char.IsAscii(c) && char.IsControl(c);

    private static MLOpsException Invalid() => new(ProblemCode.InvalidArgument, "Invalid path");
}
