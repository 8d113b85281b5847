using System.Text.Json;
using System.Text.RegularExpressions;

namespace MLOps.Gateway.Problems;

/// <summary>What is wrong with a JSON body, for its sender.</summary>
internal static partial class JsonFault
{
    /// <summary>The serializer's message, but for a member that the body does not have: it names our classes, which mean nothing to a caller.</summary>
    public static string Of(JsonException exception) => Unmapped().Match(exception.Message) is { Success: true } match
        ? $"there is no member '{new string([.. match.Groups["name"].Value.Where(c => !char.IsControl(c)).Take(80)])}' here"
        : exception.Message;

    [GeneratedRegex(@"^The JSON property '(?<name>.*)' could not be mapped to any \.NET member", RegexOptions.Singleline)]
    private static partial Regex Unmapped();
}
