using System.Globalization;
using System.Text.Json;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Models;

/// <summary>Body of a transition.</summary>
/// <param name="Version">A number, or a number as text, as the original system has it.</param>
/// <param name="ArchiveExistingVersions">Default: true for Production, else false.</param>
/// <param name="ArchiveExisting">The same, under its short name.</param>
/// <param name="Comment">Why, for the history.</param>
internal sealed record NewTransition(string? Name, JsonElement Version, string? Stage, bool? ArchiveExistingVersions, bool? ArchiveExisting, string? Comment)
{
    public int VersionNumber()
    {
        var text = Version.ValueKind == JsonValueKind.String ? Version.GetString() : Version.ValueKind == JsonValueKind.Number ? Version.GetRawText() : null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new MLOpsException(ProblemCode.InvalidArgument, $"version is {(Version.ValueKind == JsonValueKind.Undefined ? "missing" : Version.GetRawText())}: expected a version number");
    }
}
