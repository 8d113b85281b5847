using System.Text.Json;
using MLOps.Contracts.Datasets;
using MLOps.Tracking;

namespace MLOps.Silo.Datasets;

/// <summary>A version's profile as a file beside its data, in the words of the HTTP API.</summary>
internal static class ProfileFile
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static async Task WriteAsync(IArtifactStore artifacts, string folder, DatasetProfile profile, CancellationToken cancellationToken = default)
    {
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(profile, Json), writable: false);
        await artifacts.WriteAsync($"{folder}/{DatasetProfile.FileName}", content, cancellationToken);
    }
}
