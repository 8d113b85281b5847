using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MLOps.Inference;
using MLOps.Inference.Codecs;

namespace MLOps.Gateway.OpenInference;

/// <summary>The model repository extension.</summary>
internal static class RepositoryHandlers
{
    public static async Task<IResult> IndexAsync(HttpContext context, ModelRepository repository, CancellationToken cancellationToken)
    {
        // Clients send an empty body; anything else must be the extension's request.
        using var body = await InferenceBody.ReadAsync(context, cancellationToken);
        var models = await repository.IndexAsync(body.Length > 0 && ReadyOnly(body.Memory));
        return Results.Json(models.Select(model => new { name = model.Name, version = model.Version, state = model.State, reason = model.Reason }));
    }

    public static async Task<IResult> LoadAsync(string model, ModelRepository repository)
    {
        await repository.LoadAsync(model);
        return Results.Ok();
    }

    public static async Task<IResult> UnloadAsync(string model, ModelRepository repository)
    {
        await repository.UnloadAsync(model);
        return Results.Ok();
    }

    private static bool ReadyOnly(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = OipLimits.MaxDepth });
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? json.RootElement.TryGetProperty("ready", out var ready) && ready.ValueKind switch
                {
                    JsonValueKind.True => true,
                    JsonValueKind.False or JsonValueKind.Null => false,
                    _ => throw new InferenceException(InferenceError.InvalidRequest, $"'ready' is a {ready.ValueKind}: expected true or false."),
                }
                : throw new InferenceException(InferenceError.InvalidRequest, $"The body is a JSON {json.RootElement.ValueKind}: expected nothing, or an object with 'ready'.");
        }
        catch (JsonException exception)
        {
            throw new InferenceException(InferenceError.InvalidRequest, $"The body is not JSON: {exception.Message}", exception);
        }
    }
}
