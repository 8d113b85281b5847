using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MLOps.Inference.Sources;

/// <summary>A <c>models:/</c> URI: exactly one of version, stage and alias is set.</summary>
/// <param name="Stage">One of <see cref="Stages"/>.</param>
/// <param name="Alias"><see cref="Latest"/> for <c>models:/name/latest</c>: the newest version, whichever that is.</param>
public sealed record ModelReference(string Name, int? Version, string? Stage, string? Alias)
{
    public const string Scheme = "models:/";
    public const string Latest = "latest";

    /// <summary>The registry's stages.</summary>
    public static IReadOnlyList<string> Stages { get; } = ["None", "Staging", "Production", "Archived"];

    /// <summary>Whether the newest version is meant.</summary>
    public bool IsLatest => string.Equals(Alias, Latest, StringComparison.OrdinalIgnoreCase);

    public static bool IsReference(string text) => text.StartsWith(Scheme, StringComparison.Ordinal);

    /// <exception cref="InferenceException">InvalidRequest: another form.</exception>
    public static ModelReference Parse(string uri) => TryParse(uri, out var reference)
        ? reference
        : throw InferenceException.Invalid($"Model URI '{Quoted.Short(uri)}' is not understood: expected models:/name/3, models:/name/Production, models:/name/latest or models:/name@alias.");

    public static bool TryParse(string uri, [NotNullWhen(true)] out ModelReference? reference)
    {
        reference = IsReference(uri) ? Read(uri[Scheme.Length..]) : null;
        return reference is not null;
    }

    public override string ToString() => Alias switch
    {
        null => string.Create(CultureInfo.InvariantCulture, $"{Scheme}{Name}/{Stage ?? Version?.ToString(CultureInfo.InvariantCulture)}"),
        Latest => $"{Scheme}{Name}/{Latest}",
        _ => $"{Scheme}{Name}@{Alias}",
    };

    private static ModelReference? Read(string rest)
    {
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var at = rest.IndexOf('@', StringComparison.Ordinal);
        if (slash < 0 && at > 0 && at < rest.Length - 1)
        {
            return new ModelReference(rest[..at], null, null, rest[(at + 1)..]);
        }

        if (slash <= 0 || slash == rest.Length - 1)
        {
            return null;
        }

        var name = rest[..slash];
        var selector = rest[(slash + 1)..];
        if (int.TryParse(selector, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            return new ModelReference(name, version, null, null);
        }

        if (selector.Equals(Latest, StringComparison.OrdinalIgnoreCase))
        {
            return new ModelReference(name, null, null, Latest);
        }

        return Stages.FirstOrDefault(stage => stage.Equals(selector, StringComparison.OrdinalIgnoreCase)) is { } known
            ? new ModelReference(name, null, known, null)
            : null;
    }
}
