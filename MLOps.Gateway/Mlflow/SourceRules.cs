using MLOps.Contracts.Problems;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <summary>Which artifact locations and model sources are accepted.</summary>
internal static class SourceRules
{
    private const int MaxDecodings = 10;

    /// <summary>An experiment's own artifact location.</summary>
    public static void CheckArtifactLocation(string location)
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

        if (!location.Contains(':', StringComparison.Ordinal) || location.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            throw MlflowRequest.Invalid($"'artifact_location' is '{location}': paths on the server's disk are not taken, expected a URI such as mlflow-artifacts:/ or s3://");
        }
    }

    /// <summary>The source of a model version: a remote URI in normal form, or a path below its run's artifacts.</summary>
    public static async Task CheckModelSourceAsync(string source, string? runId, ITrackingStore tracking, CancellationToken cancellationToken)
    {
        MlflowRules.MaxLength(source, "source", 500);
        var scheme = Scheme(source);
        if (scheme is null or "file")
        {
            var local = MlflowRequest.Invalid(
                $"Invalid model version source: '{source}'. To use a local path as a model version source, the run_id request parameter has to be specified and the local path has to be contained within the artifact directory of the run specified by the run_id.");
            if (string.IsNullOrEmpty(runId))
            {
                throw local;
            }

            var root = (await tracking.GetRunAsync(runId, cancellationToken)).Info.ArtifactUri;
            throw root.Length > 0 && source.StartsWith(root, StringComparison.Ordinal) && !Segments(Decoded(source)).Contains("..")
                ? new MLOpsException(ProblemCode.NotImplemented, $"The source '{source}' is a path on the server's disk: this version serves models from {ArtifactUri.Scheme}/ only.")
                : local;
        }

        if (scheme is "models" or "runs")
        {
            return;
        }

        var decoded = Decoded(source);
        if (Segments(decoded).Contains("..") || decoded.Contains('\0', StringComparison.Ordinal) || decoded.Contains('#', StringComparison.Ordinal) || decoded.Any(char.IsControl))
        {
            throw MlflowRequest.Invalid(
                $"Invalid model version source: '{source}'. If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an absolute path.");
        }
    }

    private static string? Scheme(string uri)
    {
        var colon = uri.IndexOf(':', StringComparison.Ordinal);
        return colon > 1 && uri[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.') ? uri[..colon].ToLowerInvariant() : null;
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
