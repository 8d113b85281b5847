using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Problems;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <summary>Artifacts of runs and versions, wherever they are kept: listings, downloads, small uploads and signed URLs.</summary>
internal static class ArtifactRoutes
{
    private const int MaxUpload = 10 << 20;
    private const long DefaultExpiration = 900;
    private const long MaxExpiration = 7 * 24 * 3600;

    public static void Map(MlflowRoutes routes)
    {
        routes.Get("artifacts/list", ListRunAsync);
        routes.Post("artifacts/presigned-upload-url", PresignUploadAsync);
        routes.Raw(HttpMethods.Post, "/2.0/mlflow/upload-artifact", UploadAsync);
        routes.Top("/get-artifact", GetRunArtifactAsync);
        routes.Top("/model-versions/get-artifact", GetVersionArtifactAsync);
    }

    private static async Task ListRunAsync(MlflowCall call) => await AnswerAsync(call, await ListAsync(call));

    /// <summary>What lies in a folder of a run, with paths relative to the run's root.</summary>
    public static async Task<ArtifactListing> ListAsync(MlflowCall call)
    {
        var runId = call.Request.Required("run_id", "run_uuid");
        var path = ArtifactPath.Check(call.Request.Text("path") ?? string.Empty);
        return await ListAsync(call, (await call.Tracking.GetRunAsync(runId, call.Cancelled)).Info.ArtifactUri, path);
    }

    /// <summary>What lies under a location, with paths relative to it.</summary>
    public static async Task AnswerListingAsync(MlflowCall call, string root, string given) => await AnswerAsync(call, await ListAsync(call, root, given));

    private static async Task<ArtifactListing> ListAsync(MlflowCall call, string root, string given)
    {
        var path = ArtifactPath.Check(given);
        var location = Resolve(call, root);
        var files = await location.Store.ListAsync(location.Combine(path), call.Cancelled);
        return new ArtifactListing(root, [.. files.Select(file => file with { Path = location.Relative(file.Path) })]);
    }

    private static async Task AnswerAsync(MlflowCall call, ArtifactListing listing)
    {
        var (root, files) = listing;
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("root_uri", root);
            if (files.Count > 0)
            {
                json.WriteStartArray("files");
                foreach (var file in files)
                {
                    MlflowJson.File(json, file, file.Path);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        });
    }

    /// <summary>A file under a location, as attachment.</summary>
    public static Task AnswerFileAsync(MlflowCall call, string root, string given)
    {
        var path = ArtifactPath.Check(given);
        var location = Resolve(call, root);
        return ArtifactDownload.SendAsync(call, location.Store, location.Combine(path));
    }

    private static async Task GetRunArtifactAsync(MlflowCall call)
    {
        var query = call.Http.Request.Query;
        var runId = query["run_id"] is [{ Length: > 0 } id, ..] ? id : Query(query, "run_uuid", "run_id");
        var path = ArtifactPath.Check(Query(query, "path"));
        await AnswerFileAsync(call, (await call.Tracking.GetRunAsync(runId, call.Cancelled)).Info.ArtifactUri, path);
    }

    private static async Task GetVersionArtifactAsync(MlflowCall call)
    {
        var query = call.Http.Request.Query;
        var name = Query(query, "name");
        var version = MlflowRules.Version(Query(query, "version"));
        var path = ArtifactPath.Check(Query(query, "path"));
        await AnswerFileAsync(call, (await call.Registry.GetModelVersionAsync(name, version, call.Cancelled)).Location, path);
    }

    /// <summary>What MLflow's page sends from the browser: a small file for a run.</summary>
    private static async Task UploadAsync(MlflowCall call)
    {
        var request = call.Http.Request;
        var runId = request.Query["run_uuid"] is [{ Length: > 0 } id, ..] ? id : throw MlflowRequest.Invalid("Request must specify run_uuid.");
        var path = ArtifactPath.Check(request.Query["path"] is [{ Length: > 0 } given, ..] ? given : throw MlflowRequest.Invalid("Request must specify path."));
        if (request.ContentLength > MaxUpload)
        {
            throw TooLarge();
        }

        using var content = new MemoryStream();
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, call.Cancelled)) > 0)
        {
            if (content.Length + read > MaxUpload)
            {
                throw TooLarge();
            }

            content.Write(buffer, 0, read);
        }

        if (content.Length == 0)
        {
            throw MlflowRequest.Invalid("Request must specify data.");
        }

        content.Position = 0;
        var location = Resolve(call, (await call.Tracking.GetRunAsync(runId, call.Cancelled)).Info.ArtifactUri);
        await location.Store.WriteAsync(location.Combine(path), content, call.Cancelled);
        call.Http.Response.ContentType = "application/json";
        call.Http.Response.ContentLength = 0;
    }

    private static async Task PresignUploadAsync(MlflowCall call)
    {
        var runId = call.Request.Required("run_id");
        var path = ArtifactPath.Check(call.Request.Required("path"));
        var expiration = call.Request.Long("expiration") ?? DefaultExpiration;
        if (expiration is < 1 or > MaxExpiration)
        {
            throw MlflowRequest.Invalid($"Invalid value {expiration} for parameter 'expiration' supplied: expected 1 to {MaxExpiration} seconds");
        }

        var root = (await call.Tracking.GetRunAsync(runId, call.Cancelled)).Info.ArtifactUri;
        var scheme = root.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 ? root[..colon] : string.Empty;
        if (scheme is "mlflow-artifacts" or "http" or "https")
        {
            throw MlflowRequest.Invalid(
                $"Presigned upload is not supported for runs with proxied artifact storage (artifact URI scheme: {scheme}). This endpoint requires a run with a direct cloud storage artifact URI.");
        }

        var location = Resolve(call, root);
        if (location.Store is not IPresignedArtifactStore store)
        {
            throw new MLOpsException(ProblemCode.NotImplemented, "Presigned upload is not supported for the current artifact repository");
        }

        var type = ArtifactDownload.MediaType(path);
        var url = await store.PresignUploadAsync(location.Combine(path), type, TimeSpan.FromSeconds(expiration), call.Cancelled);
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("presigned_url", url.OriginalString);
            json.WriteStartObject("headers");
            json.WriteString("Content-Type", type);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private static ArtifactLocation Resolve(MlflowCall call, string root) => call.Http.RequestServices.GetRequiredService<IArtifactResolver>().Resolve(root);

    private static string Query(IQueryCollection query, string name, string? shown = null) => query[name] is [{ Length: > 0 } value, ..] ? value : throw MlflowRequest.Missing(shown ?? name);

    private static MLOpsException TooLarge() => MlflowRequest.Invalid("Artifact size is too large. Max size is 10MB.");
}
