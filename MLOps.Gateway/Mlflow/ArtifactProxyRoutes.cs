using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using MLOps.Contracts.Problems;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <summary>The proxy <c>mlflow-artifacts</c>: the artifacts destination as clients see it.</summary>
internal static class ArtifactProxyRoutes
{
    public const string Prefix = "/2.0/mlflow-artifacts/";
    private const string Files = Prefix + "artifacts";
    private static readonly TimeSpan DownloadValidity = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan PartValidity = TimeSpan.FromHours(1);

    public static void Map(MlflowRoutes routes)
    {
        routes.Raw(HttpMethods.Get, Files, ListAsync);
        routes.Raw(HttpMethods.Get, Files + "/{**artifact_path}", call => ArtifactDownload.SendAsync(call, call.Artifacts, FilePath(call)));
        routes.Raw(HttpMethods.Put, Files + "/{**artifact_path}", UploadAsync);
        routes.Raw(HttpMethods.Delete, Files + "/{**artifact_path}", DeleteAsync);
        routes.Raw(HttpMethods.Get, Prefix + "presigned/{**artifact_path}", PresignAsync);
        routes.Json(HttpMethods.Post, Prefix + "mpu/create/{**artifact_path}", CreateUploadAsync);
        routes.Json(HttpMethods.Post, Prefix + "mpu/complete/{**artifact_path}", CompleteUploadAsync);
        routes.Json(HttpMethods.Post, Prefix + "mpu/abort/{**artifact_path}", AbortUploadAsync);
    }

    private static async Task ListAsync(MlflowCall call)
    {
        var path = ArtifactPath.Check(call.Http.Request.Query["path"].ToString());
        var files = await call.Artifacts.ListAsync(path, call.Cancelled);
        await call.AnswerAsync(json => MlflowJson.Page(
            json,
            "files",
            new Page<ArtifactEntry>(files, null),
            (writer, file) => MlflowJson.File(writer, file, file.Path[(file.Path.LastIndexOf('/') + 1)..])));
    }

    private static async Task UploadAsync(MlflowCall call)
    {
        // Artifacts may be of any size: they stream to the store, so the body limit of the other routes does not apply.
        if (call.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        await call.Artifacts.WriteAsync(FilePath(call), call.Http.Request.Body, call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task DeleteAsync(MlflowCall call)
    {
        await call.Artifacts.DeleteAsync(FilePath(call), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task PresignAsync(MlflowCall call)
    {
        var path = FilePath(call);
        var download = await Presigned(call, "Presigned download").PresignDownloadAsync(path, DownloadValidity, call.Cancelled);
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("url", download.Url.OriginalString);
            json.WriteNumber("file_size", download.Size);
            json.WriteEndObject();
        });
    }

    private static async Task CreateUploadAsync(MlflowCall call)
    {
        var path = UploadPath(call);
        var parts = call.Request.Long("num_parts") ?? 1;
        var store = Presigned(call, "Multipart upload");
        var upload = await store.CreateMultipartUploadAsync(path, (int)Math.Clamp(parts, int.MinValue, int.MaxValue), PartValidity, call.Cancelled);
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("upload_id", upload.UploadId);
            json.WriteStartArray("credentials");
            for (var index = 0; index < upload.Parts.Count; index++)
            {
                json.WriteStartObject();
                json.WriteString("url", upload.Parts[index].OriginalString);
                json.WriteNumber("part_number", index + 1);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static async Task CompleteUploadAsync(MlflowCall call)
    {
        var path = UploadPath(call);
        var store = Presigned(call, "Multipart upload");
        var uploadId = call.Request.Required("upload_id");
        var parts = call.Request.Items("parts").Select((part, index) => new UploadedPart(
            PartNumber(part, $"parts[{index}].part_number"),
            MlflowRequest.Text(part, "etag", $"parts[{index}].etag") ?? throw MlflowRequest.Missing($"parts[{index}].etag"))).ToList();
        if (parts.Count == 0)
        {
            throw MlflowRequest.Missing("parts");
        }

        await store.CompleteMultipartUploadAsync(path, uploadId, parts, call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task AbortUploadAsync(MlflowCall call)
    {
        var path = UploadPath(call);
        var store = Presigned(call, "Multipart upload");
        await store.AbortMultipartUploadAsync(path, call.Request.Required("upload_id"), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static int PartNumber(JsonElement part, string name) => MlflowRequest.Property(part, "part_number") is var given && MlflowRequest.Long(given) is { } number
        ? (int)Math.Clamp(number, 0, int.MaxValue)
        : throw (given.ValueKind == JsonValueKind.Undefined ? MlflowRequest.Missing(name) : MlflowRequest.WrongType(name, given));

    private static string FilePath(MlflowCall call) => ArtifactPath.Check((string?)call.Http.Request.RouteValues["artifact_path"] ?? string.Empty);

    /// <summary>The file's name comes in the body, often as the client's own full path; the route has its folder.</summary>
    private static string UploadPath(MlflowCall call)
    {
        var folder = FilePath(call);
        var file = call.Request.Required("path");
        var name = ArtifactPath.Check(file[(file.LastIndexOf('/') + 1)..]);
        return name.Length == 0 ? throw MlflowRequest.Invalid("Invalid path") : folder.Length == 0 ? name : $"{folder}/{name}";
    }

    private static IPresignedArtifactStore Presigned(MlflowCall call, string what) => call.Artifacts as IPresignedArtifactStore
        ?? throw new MLOpsException(ProblemCode.NotImplemented, $"{what} is not supported for the current artifact repository");
}
