using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Artifacts.S3;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Artifacts;

/// <summary>Gathers every fault of the artifact settings in <see cref="TrackingOptions"/>, each naming its key.</summary>
internal sealed class ArtifactOptionsValidator : IValidateOptions<TrackingOptions>
{
    private const string Key = "MLOps:Tracking:";

    public ValidateOptionsResult Validate(string? name, TrackingOptions options)
    {
        var faults = new List<string>();
        if (StoreUri.IsHttp(options.StoreAddress) && options.ArtifactsDestination is not null)
        {
            faults.Add($"--artifacts-destination ({Key}ArtifactsDestination, MLFLOW_ARTIFACTS_DESTINATION) has no meaning before another MLflow server, which keeps its own artifacts: leave it out, or give another --backend-store-uri");
        }

        if (options.ArtifactsDestination is { } destination && !IsStore(destination))
        {
            faults.Add($"{Key}ArtifactsDestination (--artifacts-destination, MLFLOW_ARTIFACTS_DESTINATION) is '{destination}': expected a folder, file:///path or s3://bucket/path");
        }

        if (options.OwnArtifactRoot is { } root && !IsStore(root) && ArtifactUri.ProxiedPath(root) is null)
        {
            faults.Add($"{Key}DefaultArtifactRoot (--default-artifact-root, MLFLOW_ARTIFACT_ROOT) is '{root}': expected {ArtifactUri.Scheme}/, http://this-server/api/2.0/mlflow-artifacts/artifacts, s3://bucket/path, a folder or file:///path");
        }

        if (!options.ServesArtifacts && options.OwnArtifactRoot is { } proxied && proxied.StartsWith(ArtifactUri.Scheme, StringComparison.Ordinal) && !proxied.StartsWith(ArtifactUri.Scheme + "//", StringComparison.Ordinal))
        {
            faults.Add($"--no-serve-artifacts and the default artifact root '{proxied}' contradict each other: nobody would serve the artifacts of new experiments. Give --default-artifact-root s3://bucket/path or a folder, or serve artifacts");
        }

        if (!options.ServesArtifacts && options.ArtifactsOnly == true)
        {
            faults.Add("--artifacts-only and --no-serve-artifacts contradict each other: nothing would be served. Give one of them");
        }

        faults.AddRange(options.AllowedArtifactRoots.Where(allowed => !IsStore(allowed)).Select(allowed => $"{Key}AllowedArtifactRoots has '{allowed}': expected a folder, file:///path or s3://bucket/path"));
        if (options.ModelSourcePattern is { } pattern && !IsPattern(pattern))
        {
            faults.Add($"{Key}ModelSourcePattern (or MLFLOW_CREATE_MODEL_VERSION_SOURCE_VALIDATION_REGEX) is '{pattern}': expected a regular expression without back-references and look-arounds");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>Whether a location is one that this server can keep artifacts in.</summary>
    private static bool IsStore(string location)
    {
        try
        {
            if (S3Address.Is(location))
            {
                S3Address.Parse(location);
                return true;
            }

            return LocalPath.Is(location) && LocalPath.Full(location).Length > 0;
        }
        catch (MLOpsException)
        {
            return false;
        }
    }

    private static bool IsPattern(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking);
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
