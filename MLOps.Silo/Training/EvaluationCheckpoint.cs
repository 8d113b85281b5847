using System.Text.Json;
using System.Text.Json.Serialization;
using MLOps.Models.Catalog;
using MLOps.Models.Evaluation;

namespace MLOps.Silo.Training;

/// <summary>A job whose model is trained, somewhere in its evaluation.</summary>
/// <param name="Progress">The folds that are done, and the checkpoint of the one that is not.</param>
internal sealed record EvaluationCheckpoint(TrainedModel Model, EvaluationProgress Progress)
{
    /// <remarks>A figure may be no number.</remarks>
    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <returns>Null: it is of another release, which is the same as none.</returns>
    public static EvaluationCheckpoint? Read(byte[] content)
    {
        try
        {
            return JsonSerializer.Deserialize<EvaluationCheckpoint>(content, Json) is { Model: not null, Progress: not null } read ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
