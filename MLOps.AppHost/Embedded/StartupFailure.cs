using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using MLOps.Tracking;

namespace MLOps.AppHost.Embedded;

/// <summary>Failures that the person starting the platform can mend, each as one line that says what and what to do.</summary>
internal static class StartupFailure
{
    /// <returns>The line, or null when the failure is a bug and deserves its stack trace.</returns>
    public static string? Explain(Exception exception, EmbeddedSettings settings) => exception switch
    {
        StoreOpenException e => $"mlops: {e.Message}",
        OptionsValidationException e => $"mlops: bad configuration: {string.Join("; ", e.Failures)}",
        UnauthorizedAccessException e => $"mlops: the data directory {settings.DataDirectory} is not writable ({e.Message.TrimEnd('.')}): choose another with --data DIR",
        IOException { InnerException: AddressInUseException } => $"mlops: {settings.Urls} is in use by another process: stop that one or choose another address with --urls http://localhost:PORT",
        IOException e => $"mlops: cannot start with data directory {settings.DataDirectory} on {settings.Urls}: {e.Message}",
        FormatException e => $"mlops: {settings.Urls} is not an address that can be listened on here ({e.Message}): expected for example --urls http://localhost:5000",
        CertificateMissingException e => $"mlops: {e.Message}: set Kestrel__Certificates__Default__Path and __Password to a .pfx file, run dotnet dev-certs https, or use http://",
        InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" } e => $"mlops: cannot listen on {settings.Urls}: {e.Message}",
        _ => null,
    };
}
