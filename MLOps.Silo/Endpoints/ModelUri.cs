using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Inference.Sources;

namespace MLOps.Silo.Endpoints;

/// <summary>A <c>models:/</c> URI: exactly one of version, stage and alias is set.</summary>
internal sealed record ModelUri(string Name, int? Version, ModelStage? Stage, string? Alias)
{
    /// <summary>Whether the newest version is meant, whichever that is.</summary>
    public bool IsLatest => string.Equals(Alias, ModelReference.Latest, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a promotion or a moved alias can change what the URI means.</summary>
    public bool Follows => Version is null;

    /// <exception cref="MLOpsException">InvalidArgument: another form.</exception>
    public static ModelUri Parse(string uri) => ModelReference.TryParse(uri, out var reference)
        ? new ModelUri(reference.Name, reference.Version, reference.Stage is { } stage ? Enum.Parse<ModelStage>(stage) : null, reference.Alias)
        : throw Invalid(uri);

    /// <summary>The same URI of a model by another name; version, stage or alias stay as they were written.</summary>
    /// <exception cref="MLOpsException">InvalidArgument: not a models:/ URI.</exception>
    public static string Renamed(string uri, string newName) => ModelReference.Scheme + newName + uri[(ModelReference.Scheme.Length + Parse(uri).Name.Length)..];

    private static MLOpsException Invalid(string uri) => new(
        ProblemCode.InvalidArgument,
        $"model_uri '{uri}' is not understood: expected models:/name/3, models:/name/Production, models:/name/latest or models:/name@alias.");
}
