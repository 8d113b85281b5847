using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLOps.Gateway.Problems;

/// <summary>JSON of the platform's own API: snake_case, enums by name, NaN and infinities as text.</summary>
internal static class NativeJson
{
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DictionaryKeyPolicy = null;
        options.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
    }
}
