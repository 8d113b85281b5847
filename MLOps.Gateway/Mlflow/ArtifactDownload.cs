using System.Net.Http.Headers;
using System.Net.Mime;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <summary>Sends a file of a store, whole or in part, as an attachment that a browser does nothing with.</summary>
internal static class ArtifactDownload
{
    private static readonly FileExtensionContentTypeProvider ContentTypes = new();

    /// <summary>What MLflow sends as plain text: these endings, and files called so.</summary>
    private static readonly HashSet<string> PlainText =
    [
        "txt", "log", "err", "cfg", "conf", "cnf", "cf", "ini", "properties", "prop", "hocon", "toml", "yaml", "yml", "xml", "json", "js", "py", "py3", "csv", "tsv", "md", "rst",
        "MLmodel", "MLproject", "mlproject",
    ];

    public static string MediaType(string path) => ContentTypes.TryGetContentType(path, out var type) ? type : MediaTypeNames.Application.Octet;

    public static async Task SendAsync(MlflowCall call, IArtifactStore store, string path)
    {
        // HEAD knows no ranges (RFC 9110, 14.2).
        if (HttpMethods.IsHead(call.Http.Request.Method) || Range(call.Http.Request) is not { } range)
        {
            await using var content = await store.OpenReadAsync(path, call.Cancelled);
            Describe(call.Http.Response, path, content.Length);
            if (HttpMethods.IsHead(call.Http.Request.Method))
            {
                return;
            }

            await content.CopyToAsync(call.Http.Response.Body, call.Cancelled);
            return;
        }

        await using var part = await store.OpenReadAsync(path, range, call.Cancelled);
        if (part is null)
        {
            await MlflowErrors.WriteAsync(call.Http.Response, StatusCodes.Status416RangeNotSatisfiable, "INVALID_PARAMETER_VALUE", $"The range {range} lies outside the file.");
            return;
        }

        Describe(call.Http.Response, path, part.Count);
        if (part.Count < part.Total)
        {
            call.Http.Response.StatusCode = StatusCodes.Status206PartialContent;
            call.Http.Response.Headers.ContentRange = new ContentRangeHeaderValue(part.First, part.First + part.Count - 1, part.Total).ToString();
        }

        await part.Content.CopyToAsync(call.Http.Response.Body, call.Cancelled);
    }

    private static void Describe(HttpResponse response, string path, long length)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        response.ContentType = PlainText.Contains(name[(name.LastIndexOf('.') + 1)..]) ? MediaTypeNames.Text.Plain : MediaType(name);
        response.ContentLength = length;
        response.Headers.AcceptRanges = "bytes";

        // What a run stored is data, never a page of ours.
        response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = Ascii(name), FileNameStar = name }.ToString();
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
    }

    /// <returns>Null: the whole file. Several ranges, or one on a condition that nothing here can check, are answered with the whole file, as HTTP allows.</returns>
    private static ArtifactRange? Range(HttpRequest request) =>
        request.Headers.IfRange.Count == 0
        && RangeHeaderValue.TryParse(request.Headers.Range, out var header)
        && header is { Unit: "bytes", Ranges: { Count: 1 } ranges }
            ? new ArtifactRange(ranges.First().From, ranges.First().To)
            : null;

    private static string Ascii(string name) => string.Concat(name.Select(c => char.IsAscii(c) && !char.IsControl(c) && c is not ('"' or '\\') ? c : '_'));
}
