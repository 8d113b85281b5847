using System.Globalization;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;

namespace MLOps.Silo.Endpoints;

/// <summary>A <c>models:/</c> URI: exactly one of version, stage and alias is set.</summary>
internal sealed record ModelUri(string Name, int? Version, ModelStage? Stage, string? Alias)
{
    private const string Scheme = "models:/";
    private const string Latest = "latest";

    /// <summary>Whether the newest version is meant, whichever that is.</summary>
    public bool IsLatest => string.Equals(Alias, Latest, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a promotion or a moved alias can change what the URI means.</summary>
    public bool Follows => Version is null;

    /// <exception cref="MLOpsException">InvalidArgument: another form.</exception>
    public static ModelUri Parse(string uri)
    {
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
        {
            throw Invalid(uri);
        }

        var rest = uri[Scheme.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var at = rest.IndexOf('@', StringComparison.Ordinal);
        if (slash < 0 && at > 0 && at < rest.Length - 1)
        {
            return new ModelUri(rest[..at], null, null, rest[(at + 1)..]);
        }

        if (slash <= 0 || slash == rest.Length - 1)
        {
            throw Invalid(uri);
        }

        var name = rest[..slash];
        var selector = rest[(slash + 1)..];
        if (int.TryParse(selector, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            return new ModelUri(name, version, null, null);
        }

        if (selector.Equals(Latest, StringComparison.OrdinalIgnoreCase))
        {
            return new ModelUri(name, null, null, Latest);
        }

        foreach (var stage in Enum.GetValues<ModelStage>())
        {
            if (selector.Equals(stage.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                return new ModelUri(name, null, stage, null);
            }
        }

        throw Invalid(uri);
    }

    /// <summary>The same URI of a model by another name; version, stage or alias stay as they were written.</summary>
    /// <exception cref="MLOpsException">InvalidArgument: not a models:/ URI.</exception>
    public static string Renamed(string uri, string newName) => Scheme + newName + uri[(Scheme.Length + Parse(uri).Name.Length)..];

    private static MLOpsException Invalid(string uri) => new(
        ProblemCode.InvalidArgument,
        $"model_uri '{uri}' is not understood: expected models:/name/3, models:/name/Production, models:/name/latest or models:/name@alias.");
}
