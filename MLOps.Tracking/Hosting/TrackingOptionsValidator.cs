using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using MLOps.Tracking.Hosting;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking;

/// <summary>Gathers every fault of <see cref="TrackingOptions"/>, each naming its key.</summary>
/// <param name="configuration">Knows where this platform listens.</param>
internal sealed class TrackingOptionsValidator(IConfiguration configuration) : IValidateOptions<TrackingOptions>
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
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private void Store(List<string> faults, string key, string variable, string? uri)
    {
        if (uri is null || StoreUri.IsSqlite(uri) || StoreUri.IsPostgres(uri))
        {
            return;
        }

        if (!StoreUri.IsHttp(uri))
        {
            faults.Add($"MLOps:Tracking:{key} (or {variable}) is '{StoreUri.WithoutPassword(uri)}': expected sqlite:///path, postgresql://user:password@host:port/database or http(s)://host:port of an MLflow server, or unset it to use the data directory");
        }
        else if (OwnAddress.Is(uri, configuration["urls"]))
        {
            faults.Add($"MLOps:Tracking:{key} (or {variable}) is '{StoreUri.WithoutPassword(uri)}': that is this platform's own address, unset it to use the data directory");
        }
        else if (new Uri(uri) is { } address && (address.Query.Length > 0 || address.Fragment.Length > 0))
        {
            faults.Add($"MLOps:Tracking:{key} (or {variable}) is '{StoreUri.WithoutPassword(uri)}' with something after '?' or '#': expected http(s)://host:port, perhaps with a path");
        }
    }
}
