using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Problems;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <summary>Which artifact locations and model sources are accepted.</summary>
internal static class SourceRules
{
    private const int MaxDecodings = 10;

    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(1);

    /// <summary>An experiment's own artifact location. Whether this server reads and writes there is decided when it does.</summary>
    /// <returns>The location as it is kept: a local path is absolute.</returns>
    public static string CheckArtifactLocation(string location)
    {
        MlflowRules.MaxLength(location, "artifact_location", 2048);
        var query = location.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0 && Segments(Decoded(location[query..])).Contains(".."))
        {
            throw MlflowRequest.Invalid("Invalid query string");
        }

        if (location.Contains('#', StringComparison.Ordinal) || location.Contains(';', StringComparison.Ordinal))
        {
            throw MlflowRequest.Invalid("'artifact_location' URL can't include fragments or params.");
        }

        if (Segments(Decoded(location)).Contains("..") || location.StartsWith("runs:", StringComparison.OrdinalIgnoreCase))
        {
            throw MlflowRequest.Invalid($"'artifact_location' is '{location}': expected a location without '..' that is no runs:/ URI");
        }

        return LocalPath.Absolute(location);
    }

    /// <summary>The source of a model version: a remote URI in normal form, or a path below its run's artifacts.</summary>
    public static async Task CheckModelSourceAsync(MlflowCall call, string source, string? runId, string? modelId)
    {
        CheckAnySource(call, source);
        var scheme = LocalPath.Scheme(source);
        if (scheme is null or "file")
        {
            await CheckLocalSourceAsync(call, source, runId, modelId);
            return;
        }

        if (scheme is "models" or "runs")
        {
            return;
        }

        CheckRemoteSource(source);

        // As MLflow, which compares the path with what it resolves to: no ".", and no path that something else would make absolute.
        var path = RemotePath(Decoded(source));
        if (!path.StartsWith('/') || path.Trim('/').Length == 0 || path.Split('/').Contains("."))
        {
            throw NotAbsolute(source);
        }
    }

    /// <summary>The source of a prompt's version: a word that stands for nothing, or a remote URI in normal form; no place on a disk.</summary>
    public static void CheckPromptSource(MlflowCall call, string source)
    {
        CheckAnySource(call, source);
        var scheme = LocalPath.Scheme(source);
        if (scheme == "file" || (scheme is null && source.StartsWith('/')))
        {
            throw MlflowRequest.Invalid($"Invalid prompt source: '{source}'. Local source paths are not allowed for prompts.");
        }

        if (scheme is not null)
        {
            CheckRemoteSource(source);
        }
    }

    private static void CheckAnySource(MlflowCall call, string source)
    {
        MlflowRules.MaxLength(source, "source", 500);
        if (call.Http.RequestServices.GetRequiredService<IOptions<TrackingOptions>>().Value.ModelSourcePattern is { } pattern
            && !Regex.IsMatch(source, pattern, RegexOptions.NonBacktracking, PatternLimit))
        {
            throw MlflowRequest.Invalid($"Invalid model version source: '{source}'.");
        }
    }

    private static void CheckRemoteSource(string source)
    {
        var decoded = Decoded(source);
        if (Segments(decoded).Contains("..") || decoded.Contains('\0', StringComparison.Ordinal) || decoded.Contains('#', StringComparison.Ordinal) || decoded.Any(char.IsControl))
        {
            throw NotAbsolute(source);
        }
    }

    private static MLOpsException NotAbsolute(string source) => MlflowRequest.Invalid(
        $"Invalid model version source: '{source}'. If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an absolute path.");

    /// <summary>What stands between the host and the query.</summary>
    private static string RemotePath(string uri)
    {
        var rest = uri[(uri.IndexOf(':', StringComparison.Ordinal) + 1)..];
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            var host = rest.AsSpan(2).IndexOfAny('/', '?');
            rest = host < 0 ? string.Empty : rest[(2 + host)..];
        }

        return rest.Split('?')[0];
    }

    /// <summary>A local source lies in the artifact directory of the run, or of the logged model, that it comes from.</summary>
    private static async Task CheckLocalSourceAsync(MlflowCall call, string source, string? runId, string? modelId)
    {
        var owner = string.IsNullOrEmpty(modelId) ? "run" : "model";
        var id = string.IsNullOrEmpty(modelId) ? runId : modelId;
        if (Uri.TryCreate(source, UriKind.Absolute, out var uri) && uri is { Scheme: "file", Host: not ("" or "localhost") })
        {
            // 500 as MLflow answers, whose own tests ask for it.
            throw new MLOpsException(ProblemCode.Internal, $"{source} is not a valid remote uri. For remote access on windows, please consider using a different scheme such as SMB (e.g. smb://<hostname>/<path>).");
        }

        if (!string.IsNullOrEmpty(id))
        {
            var root = owner == "run"
                ? (await call.Tracking.GetRunAsync(id, call.Cancelled)).Info.ArtifactUri
                : (await call.LoggedModels.GetLoggedModelAsync(id, call.Cancelled)).ArtifactUri;
            if (LocalPath.Is(root) && LocalPath.Below(LocalPath.Full(root), LocalPath.Full(source)) is not null)
            {
                return;
            }
        }

        throw MlflowRequest.Invalid(
            $"Invalid model version source: '{source}'. To use a local path as a model version source, the {owner}_id request parameter has to be specified and the local path has to be contained within the artifact directory of the {owner} specified by the {owner}_id.");
    }

    private static string[] Segments(string path) => path.Split('/', '\\', '?', '&', '=');

    private static string Decoded(string text)
    {
        for (var i = 0; i < MaxDecodings; i++)
        {
            var next = string.Concat(Uri.UnescapeDataString(text).Where(c => c is not ('\t' or '\r' or '\n')));
            if (next == text)
            {
                return text;
            }

            text = next;
        }

        throw MlflowRequest.Invalid("Invalid path: it is encoded too many times");
    }
}
