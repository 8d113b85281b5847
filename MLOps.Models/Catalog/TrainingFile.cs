using System.Text.Json;

namespace MLOps.Models.Catalog;

/// <summary>Which model of the catalogue a folder holds, and with which hyper-parameters: by it and the folder's other files the model can be scored and asked by rows without its run.</summary>
/// <param name="Model">Catalogue id.</param>
/// <param name="Parameters">Every hyper-parameter in effect.</param>
public sealed record TrainingFile(string Model, IReadOnlyDictionary<string, string> Parameters)
{
    public const string Name = "training.json";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <exception cref="ModelTrainingException">It is no such file.</exception>
    public static TrainingFile Read(ReadOnlySpan<byte> file)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainingFile>(file, Json) is { Model: not null, Parameters: not null } read
                ? read
                : throw new ModelTrainingException($"{Name} lacks the model or its parameters: it is of another release.");
        }
        catch (JsonException exception)
        {
            throw new ModelTrainingException($"{Name} cannot be read: {exception.Message}", exception);
        }
    }
}
