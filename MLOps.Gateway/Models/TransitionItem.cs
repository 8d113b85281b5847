using System.Globalization;
using System.Text.Json;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Models;

/// <summary>One line of the stage history on the wire.</summary>
internal sealed record TransitionItem(int Version, string From, string To, long Timestamp, string By, string? Comment)
{
    public static TransitionItem Of(StageTransition transition) => new(
        transition.Version,
        transition.From.ToString(),
        transition.To.ToString(),
        transition.Timestamp,
        transition.By,
        transition.Comment);
}

internal sealed record TransitionList(IReadOnlyList<TransitionItem> Transitions);

/// <param name="Version">A number, or a number as text, as the original system has it.</param>
/// <param name="ArchiveExistingVersions">Default: true for Production, else false.</param>
internal sealed record NewTransition(string? Name, JsonElement Version, string? Stage, bool? ArchiveExistingVersions, string? By, string? Comment)
{
    public int VersionNumber()
    {
        var text = Version.ValueKind == JsonValueKind.String ? Version.GetString() : Version.ValueKind == JsonValueKind.Number ? Version.GetRawText() : null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new MLOpsException(ProblemCode.InvalidArgument, $"version is {(Version.ValueKind == JsonValueKind.Undefined ? "missing" : Version.GetRawText())}: expected a version number");
    }
}
