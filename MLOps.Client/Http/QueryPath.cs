using System.Text;

namespace MLOps.Client.Http;

/// <summary>Builds paths whose parts come from people: every part is escaped.</summary>
internal static class QueryPath
{
    /// <summary>One path segment.</summary>
    public static string Segment(string value) => Uri.EscapeDataString(value);

    /// <summary>A path of several segments, slashes kept.</summary>
    public static string Segments(string value) => string.Join('/', value.Split('/').Select(Uri.EscapeDataString));

    /// <summary>Adds the parameters that have a value.</summary>
    public static string WithQuery(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var result = new StringBuilder(path);
        var separator = '?';
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
            {
                result.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }

        return result.ToString();
    }
}
