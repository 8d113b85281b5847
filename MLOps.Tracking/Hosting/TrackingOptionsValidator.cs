using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Artifacts.S3;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking;

/// <summary>Gathers every fault of <see cref="TrackingOptions"/>, each naming its key.</summary>
internal sealed class TrackingOptionsValidator : IValidateOptions<TrackingOptions>
{
    public ValidateOptionsResult Validate(string? name, TrackingOptions options)
    {
        var faults = new List<string>();
        if (string.IsNullOrWhiteSpace(options.DataDirectory))
        {
            faults.Add("MLOps:Tracking:DataDirectory is empty: expected the path of a folder");
        }

        Store(faults, "TrackingUri", "MLFLOW_TRACKING_URI", options.TrackingUri);
        Store(faults, "RegistryUri", "MLFLOW_REGISTRY_URI", options.RegistryUri);

        Artifacts(faults, options);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void Artifacts(List<string> faults, TrackingOptions options)
    {
        const string Key = "MLOps:Tracking:";
        if (options.ArtifactsDestination is { } destination && !IsStore(destination))
        {
            faults.Add($"{Key}ArtifactsDestination (--artifacts-destination, MLFLOW_ARTIFACTS_DESTINATION) is '{destination}': expected a folder, file:///path or s3://bucket/path");
        }

        if (options.DefaultArtifactRoot is { } root && !IsStore(root) && ArtifactUri.ProxiedPath(root) is null)
        {
            faults.Add($"{Key}DefaultArtifactRoot (--default-artifact-root, MLFLOW_ARTIFACT_ROOT) is '{root}': expected {ArtifactUri.Scheme}/, s3://bucket/path, a folder or file:///path");
        }

        if (!options.ServesArtifacts && options.DefaultArtifactRoot is { } proxied && proxied.StartsWith(ArtifactUri.Scheme, StringComparison.Ordinal) && !proxied.StartsWith(ArtifactUri.Scheme + "//", StringComparison.Ordinal))
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

    private static void Store(List<string> faults, string key, string variable, string? uri)
    {
        if (uri is not null && !StoreUri.IsSqlite(uri) && !StoreUri.IsPostgres(uri))
        {
            faults.Add($"MLOps:Tracking:{key} (or {variable}) is '{StoreUri.WithoutPassword(uri)}': expected sqlite:///path or postgresql://user:password@host:port/database, or unset it to use the data directory");
        }
    }
}
