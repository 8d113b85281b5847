using System.Net.Mime;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.StaticFiles;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <summary>Artifacts: the listing of a run, the proxy <c>mlflow-artifacts/artifacts</c>, and downloads by run or version.</summary>
internal static class ArtifactRoutes
{
    private const string Proxy = "/2.0/mlflow-artifacts/artifacts";
    private static readonly FileExtensionContentTypeProvider ContentTypes = new();
    private static readonly HashSet<string> PlainText = ["MLmodel", "MLproject", "conda.yaml", "python_env.yaml", "requirements.txt"];

    public static void Map(MlflowRoutes routes)
    {
        routes.Get("artifacts/list", ListRunAsync);
        routes.Raw(HttpMethods.Get, Proxy, ListAsync);
        routes.Raw(HttpMethods.Get, Proxy + "/{**path}", DownloadAsync);
        routes.Raw(HttpMethods.Put, Proxy + "/{**path}", UploadAsync);
        routes.Raw(HttpMethods.Delete, Proxy + "/{**path}", DeleteAsync);
        routes.Top("/get-artifact", GetRunArtifactAsync);
        routes.Top("/model-versions/get-artifact", GetVersionArtifactAsync);
    }

    private static async Task ListRunAsync(MlflowCall call)
    {
        var runId = call.Request.Required("run_id", "run_uuid");
        var path = ArtifactPath.Check(call.Request.Text("path") ?? string.Empty);
        await AnswerListingAsync(call, (await call.Tracking.GetRunAsync(runId, call.Cancelled)).Info.ArtifactUri, path);
    }

    /// <summary>What lies under a location, with paths relative to it.</summary>
    public static async Task AnswerListingAsync(MlflowCall call, string root, string given)
    {
        var path = ArtifactPath.Check(given);
        var storeRoot = ArtifactUri.ToStorePath(root);
        var files = await call.Artifacts.ListAsync(Join(storeRoot, path), call.Cancelled);
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("root_uri", root);
            if (files.Count > 0)
            {
                json.WriteStartArray("files");
                foreach (var file in files)
                {
                    MlflowJson.File(json, file, file.Path[(storeRoot.Length + 1)..]);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        });
    }

    /// <summary>A file under a location, as attachment.</summary>
    public static Task AnswerFileAsync(MlflowCall call, string root, string given) => SendAsync(call, Join(ArtifactUri.ToStorePath(root), ArtifactPath.Check(given)));

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

    private static Task DownloadAsync(MlflowCall call) => SendAsync(call, ProxyPath(call));

    private static async Task UploadAsync(MlflowCall call)
    {
        // Artifacts may be of any size: they stream to disk, so the body limit of the other routes does not apply.
        if (call.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        await call.Artifacts.WriteAsync(ProxyPath(call), call.Http.Request.Body, call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task DeleteAsync(MlflowCall call)
    {
        await call.Artifacts.DeleteAsync(ProxyPath(call), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task GetRunArtifactAsync(MlflowCall call)
    {
        var query = call.Http.Request.Query;
        var runId = query["run_id"] is [{ Length: > 0 } id, ..] ? id : query["run_uuid"] is [{ Length: > 0 } uuid, ..] ? uuid : throw MlflowRequest.Missing("run_id");
        var path = query["path"] is [{ Length: > 0 } given, ..] ? ArtifactPath.Check(given) : throw MlflowRequest.Missing("path");
        var run = await call.Tracking.GetRunAsync(runId, call.Cancelled);
        await SendAsync(call, Join(ArtifactUri.ToStorePath(run.Info.ArtifactUri), path));
    }

    private static async Task GetVersionArtifactAsync(MlflowCall call)
    {
        var query = call.Http.Request.Query;
        var name = query["name"] is [{ Length: > 0 } n, ..] ? n : throw MlflowRequest.Missing("name");
        var version = query["version"] is [{ Length: > 0 } v, ..] ? MlflowRules.Version(v) : throw MlflowRequest.Missing("version");
        var path = query["path"] is [{ Length: > 0 } given, ..] ? ArtifactPath.Check(given) : throw MlflowRequest.Missing("path");
        var source = (await call.Registry.GetModelVersionAsync(name, version, call.Cancelled)).Source;
        await SendAsync(call, Join(ArtifactUri.ToStorePath(source), path));
    }

    private static async Task SendAsync(MlflowCall call, string path)
    {
        await using var content = await call.Artifacts.OpenReadAsync(path, call.Cancelled);
        var name = path[(path.LastIndexOf('/') + 1)..];
        var response = call.Http.Response;
        response.ContentType = PlainText.Contains(name) || name.EndsWith(".log", StringComparison.Ordinal)
            ? "text/plain"
            : ContentTypes.TryGetContentType(name, out var type) ? type : MediaTypeNames.Application.Octet;
        response.ContentLength = content.Length;

        // What a run stored is data, never a page of ours.
        response.Headers.ContentDisposition = new System.Net.Http.Headers.ContentDispositionHeaderValue("attachment") { FileName = Ascii(name), FileNameStar = name }.ToString();
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        await content.CopyToAsync(response.Body, call.Cancelled);
    }

    private static string ProxyPath(MlflowCall call) => ArtifactPath.Check((string?)call.Http.Request.RouteValues["path"] ?? string.Empty);

    private static string Join(string root, string path) => path.Length == 0 ? root : $"{root}/{path}";

    private static string Ascii(string name) => string.Concat(name.Select(c => char.IsAscii(c) && !char.IsControl(c) && c is not ('"' or '\\') ? c : '_'));
}
