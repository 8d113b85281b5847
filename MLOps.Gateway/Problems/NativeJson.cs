using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLOps.Gateway.Problems;

/// <summary>JSON of the platform's own API: snake_case, enums by name, NaN and infinities as text. A body's member that is none is refused: misspelt, it would be one that is not given.</summary>
internal static class NativeJson
{
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DictionaryKeyPolicy = null;
        options.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
    }
}
