using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MLOps.Gateway.Mlflow;

/// <summary>Protobuf's Timestamp and Duration in JSON, to milliseconds and back.</summary>
internal static partial class ProtoTime
{
    private const long MinMilliseconds = -62_135_596_800_000; // 0001-01-01
    private const long MaxMilliseconds = 253_402_300_799_999; // 9999-12-31

    public static string Timestamp(long milliseconds)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, MinMilliseconds, MaxMilliseconds));
        return time.ToString(time.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }

    public static string Duration(long milliseconds)
    {
        var rest = Math.Abs(milliseconds % 1000);
        var sign = milliseconds < 0 ? "-" : string.Empty;
        return rest == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000}s")
            : string.Create(CultureInfo.InvariantCulture, $"{sign}{Math.Abs(milliseconds / 1000)}.{rest:000}s");
    }

    /// <returns>Unix milliseconds; null: absent.</returns>
    public static long? ParseTimestamp(JsonElement element, string path)
    {
        if (element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return null;
        }

        // More than seven digits of a second is more than .NET reads.
        if (element.ValueKind == JsonValueKind.String && TimestampForm().Match(MlflowRequest.Unicode(element)) is { Success: true } form
            && DateTimeOffset.TryParse(form.Groups["time"].Value + form.Groups["zone"].Value, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            var fraction = (form.Groups["fraction"].Value + "000")[..3];
            return time.ToUnixTimeMilliseconds() + int.Parse(fraction, CultureInfo.InvariantCulture);
        }

        throw MlflowRequest.WrongType(path, element);
    }

    /// <returns>Milliseconds; null: absent.</returns>
    public static long? ParseDuration(JsonElement element, string path)
    {
        if (element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return null;
        }

        return element.ValueKind == JsonValueKind.String
            && DurationForm().Match(MlflowRequest.Unicode(element)) is { Success: true } form
            && decimal.TryParse(form.Groups[1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
                ? (long)(seconds * 1000)
                : throw MlflowRequest.WrongType(path, element);
    }

    [GeneratedRegex(@"^(?<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.(?<fraction>\d{1,9}))?(?<zone>Z|[+-]\d\d:\d\d)$", RegexOptions.NonBacktracking)]
    private static partial Regex TimestampForm();

    [GeneratedRegex(@"^(-?\d{1,12}(\.\d{1,9})?)s$", RegexOptions.NonBacktracking)]
    private static partial Regex DurationForm();
}
