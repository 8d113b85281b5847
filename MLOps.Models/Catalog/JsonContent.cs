using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLOps.Models.Catalog;

/// <summary>Parameters as JSON beside a model: indented, snake case, and back.</summary>
internal static class JsonContent
{
    /// <remarks>JSON has no infinity: it is written as the string "Infinity".</remarks>
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    public static byte[] Write<T>(T content) => JsonSerializer.SerializeToUtf8Bytes(content, Options);

    /// <exception cref="JsonException">It is none that <see cref="Write"/> made.</exception>
    public static T Read<T>(byte[] file) => JsonSerializer.Deserialize<T>(file, Options) ?? throw new JsonException("The file is the JSON value null.");
}
