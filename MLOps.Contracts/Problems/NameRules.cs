using System.Globalization;
using MLOps.Contracts.Text;

namespace MLOps.Contracts.Problems;

/// <summary>Rules that names share, whatever protocol or job brings them; the words are MLflow's.</summary>
public static class NameRules
{
    private const int Shown = 300;

    /// <exception cref="MLOpsException">InvalidArgument: longer than <paramref name="limit"/> characters (code points).</exception>
    public static string MaxLength(string text, string what, int limit) => text.Length <= limit || CodePoints.Count(text) <= limit
        ? text
        : throw Invalid(string.Create(CultureInfo.InvariantCulture, $"'{what}' exceeds the maximum length of {limit} characters"));

    /// <summary>A database text cannot hold NUL, and a name with it cannot be shown.</summary>
    /// <exception cref="MLOpsException">InvalidArgument: it contains NUL.</exception>
    public static string NoNul(string text, string what) => text.Contains('\0', StringComparison.Ordinal)
        ? throw Invalid($"Invalid value \"{Shortened(text.Replace("\0", "\\0", StringComparison.Ordinal))}\" for parameter '{what}' supplied: it contains the character NUL.")
        : text;

    /// <summary>A name may become a file's: it must be its own normal form and stay below its folder.</summary>
    /// <exception cref="MLOpsException">InvalidArgument: it is not.</exception>
    public static void FileLike(string name, string parameter)
    {
        var normal = Normalised(name);
        if (normal != name || normal == "." || normal.StartsWith("..", StringComparison.Ordinal) || normal.StartsWith('/'))
        {
            throw Invalid(
                $"Invalid value \"{Shortened(name)}\" for parameter '{parameter}' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '{Shortened(normal)}'");
        }
    }

    /// <summary>As much of a text as a message can bear.</summary>
    public static string Shortened(string text) => text.Length <= Shown ? text : CodePoints.Cut(text, Shown) + "…";

    /// <summary>POSIX path normal form.</summary>
    private static string Normalised(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".")
            {
                continue;
            }

            if (part == ".." && parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".." || !path.StartsWith('/'))
            {
                parts.Add(part);
            }
        }

        var joined = string.Join('/', parts);
        return path.StartsWith('/') ? "/" + joined : joined.Length == 0 ? "." : joined;
    }

    private static MLOpsException Invalid(string message) => new(ProblemCode.InvalidArgument, message);
}
