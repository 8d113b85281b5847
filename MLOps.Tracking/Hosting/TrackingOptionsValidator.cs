using Microsoft.Extensions.Options;

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

        if (options.TrackingUri is { } uri && (!uri.StartsWith(TrackingOptions.SqlitePrefix, StringComparison.Ordinal) || uri.Length == TrackingOptions.SqlitePrefix.Length))
        {
            faults.Add($"MLOps:Tracking:TrackingUri (or MLFLOW_TRACKING_URI) is '{uri}': this version keeps its store in SQLite, expected sqlite:///path, or unset it to use the data directory");
        }

        if (options.ArtifactRoot is { } root && !root.StartsWith(ArtifactUri.Scheme + "/", StringComparison.Ordinal))
        {
            faults.Add($"MLOps:Tracking:ArtifactRoot (or MLFLOW_ARTIFACT_ROOT) is '{root}': this version serves artifacts itself, expected {ArtifactUri.Scheme}/ or a path below it, or unset it");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
