using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.Storage;

namespace MLOps.Silo.Storage;

/// <summary>Grain state as plain JSON: readable by a person with sqlite3, no type names in it, so a renamed class or a compiler-made list type cannot lock a grain out of its state.</summary>
internal sealed class GrainStateJson : IGrainStorageSerializer
{
    private static readonly JsonSerializerOptions Options = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, Options));

    public T Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input, Options)
        ?? throw new JsonException($"The stored state of {typeof(T).Name} is the JSON null.");
}
